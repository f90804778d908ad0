package tools

import (
	"fmt"
	"os/exec"
)

// Node is Node.js.
var Node = newTool("Node.js",
	"get Node.js 20 or newer from nodejs.org and put it on PATH",
	func() (string, error) { return onPath("node") })

func onPath(program string) (string, error) {
	path, err := exec.LookPath(program)
	if err != nil {
		return "", fmt.Errorf("no program %q on PATH", program)
	}
	return path, nil
}

// Chromium is the browser that opens the pages of kmsaccess.
var Chromium = newTool("Chromium",
	"install the package chromium of Debian or Ubuntu and put it on PATH",
	func() (string, error) { return onPath("chromium") })

// Cvc5 and Z3 are the solvers that the analysis of policies is held against.
var (
	Cvc5 = newTool("cvc5", "install the package cvc5 of Debian or Ubuntu and put it on PATH",
		func() (string, error) { return onPath("cvc5") })
	Z3 = newTool("z3", "install the package z3 of Debian or Ubuntu and put it on PATH",
		func() (string, error) { return onPath("z3") })
)
