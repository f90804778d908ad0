//go:build !unix

package emulator

import "os/exec"

// ownGroup does nothing where there are no process groups: the emulator still
// ends with its standard input.
func ownGroup(*exec.Cmd) {}

func killGroup(command *exec.Cmd) {
	// That it ended already is no error here.
	_ = command.Process.Kill()
}
