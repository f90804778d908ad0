package tierapp

import (
	"fmt"
	"os"
	"strings"

	"github.com/mattn/go-isatty"
)

// progress says on a terminal what the app is at, in one line that goes again. A first
// start takes seconds, in which it would be silent. Anywhere else nothing is said.
type progress struct {
	terminal *os.File
	length   int
}

func newProgress(file *os.File) *progress {
	if !isatty.IsTerminal(file.Fd()) {
		return &progress{}
	}
	return &progress{terminal: file}
}

func (p *progress) say(step string) {
	if p.terminal == nil {
		return
	}
	p.end()
	fmt.Fprint(p.terminal, step)
	p.length = len(step)
}

// end takes the line away.
func (p *progress) end() {
	if p.terminal == nil || p.length == 0 {
		return
	}
	fmt.Fprint(p.terminal, "\r"+strings.Repeat(" ", p.length)+"\r")
	p.length = 0
}
