package main

import (
	"fmt"
	"io"
	"os"
	"time"
)

// progress says on a terminal how far a long report is. What takes no longer than a
// second needs none.
type progress struct {
	out     io.Writer
	now     func() time.Time
	count   int
	started time.Time
	// said is when it was last said; zero if it was not.
	said time.Time
}

const (
	progressFrom  = time.Second
	progressEvery = 200 * time.Millisecond
)

// newProgress is silent where nobody watches.
func (p program) newProgress(count int) *progress {
	file, isFile := p.err.(*os.File)
	if !isFile {
		return nil
	}
	if about, err := file.Stat(); err != nil || about.Mode()&os.ModeCharDevice == 0 {
		return nil
	}
	return &progress{out: p.err, now: time.Now, count: count, started: time.Now()}
}

// at says that a key is next, by its place.
func (p *progress) at(place int) {
	if p == nil {
		return
	}
	now := p.now()
	if now.Sub(p.started) < progressFrom || now.Sub(p.said) < progressEvery {
		return
	}
	p.said = now
	fmt.Fprintf(p.out, "\rkmsaccess: %d of %d keys", place, p.count)
}

// end takes the line away.
func (p *progress) end() {
	if p != nil && !p.said.IsZero() {
		fmt.Fprint(p.out, "\r\x1b[K")
		p.said = time.Time{}
	}
}
