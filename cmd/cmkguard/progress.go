package main

import (
	"fmt"
	"io"
	"os"
)

// progress tells people how far a long examination is. A pipeline has no use for
// that: it is told to terminals only.
type progress struct {
	out   io.Writer
	shown bool
}

func newProgress(out io.Writer) *progress {
	if file, isFile := out.(*os.File); isFile {
		if info, err := file.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
			return &progress{out: out}
		}
	}
	return &progress{}
}

// every is after how many resources progress is told.
const every = 1000

func (p *progress) tell(examined int) {
	if p.out != nil && examined%every == 0 {
		fmt.Fprintf(p.out, "\r%d resources examined", examined)
		p.shown = true
	}
}

func (p *progress) end() {
	if p.shown {
		fmt.Fprint(p.out, "\r\033[K")
	}
}
