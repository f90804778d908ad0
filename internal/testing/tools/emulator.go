package tools

import (
	"errors"
	"fmt"
	"os/exec"
	"strings"
)

// Emulator is Python 3 with moto 5, which answers for AWS; its path is the
// Python program.
var Emulator = newTool("the AWS emulator (moto)",
	"run python3 -m pip install -r test/emulator/requirements.txt",
	func() (string, error) {
		python, err := onPath("python3")
		if err != nil {
			return "", err
		}
		// importlib.metadata answers in 0.1 s; importing moto's server takes
		// seconds. flask comes only with moto's "server" extra.
		const ask = `import importlib.metadata as m; m.version("flask"); print(m.version("moto"))`
		out, err := exec.Command(python, "-c", ask).Output()
		if err != nil {
			if exit, ok := errors.AsType[*exec.ExitError](err); ok {
				lines := strings.Split(strings.TrimSpace(string(exit.Stderr)), "\n")
				return "", fmt.Errorf("%s: %s", python, lines[len(lines)-1])
			}
			return "", fmt.Errorf("%s: %w", python, err)
		}
		if version := strings.TrimSpace(string(out)); !strings.HasPrefix(version, "5.") {
			return "", fmt.Errorf("%s has moto %s, the corrections in aws_emulator.py are for moto 5", python, version)
		}
		return python, nil
	})
