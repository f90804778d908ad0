//go:build unix

package emulator

import (
	"os/exec"
	"syscall"
)

// ownGroup gives the process a group of its own, because python3 may be a
// wrapper (pyenv's is) whose child would survive it.
func ownGroup(command *exec.Cmd) {
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
}

func killGroup(command *exec.Cmd) {
	// That it ended already is no error here.
	_ = syscall.Kill(-command.Process.Pid, syscall.SIGKILL)
}
