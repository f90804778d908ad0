package emulator

import (
	"fmt"
	"regexp"
	"strings"
	"sync"
)

// kept is how many lines of the emulator's log are shown.
const kept = 80

// succeeded matches the line of a request that went well, or that asked for
// something a bucket does not have. An apply makes hundreds of them, and they
// would push out the ones that explain a failure.
var succeeded = regexp.MustCompile(`HTTP/1\.1" (2\d\d|404) -$`)

// tail keeps the last lines written to it but those of requests that went well.
type tail struct {
	mutex   sync.Mutex
	lines   []string
	partial string
	dropped int
}

// Write implements io.Writer.
func (t *tail) Write(text []byte) (int, error) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	lines := strings.Split(t.partial+string(text), "\n")
	t.partial = lines[len(lines)-1]
	for _, line := range lines[:len(lines)-1] {
		if !succeeded.MatchString(line) {
			t.lines = append(t.lines, line)
		}
	}
	if extra := len(t.lines) - kept; extra > 0 {
		t.dropped += extra
		t.lines = append([]string(nil), t.lines[extra:]...)
	}
	return len(text), nil
}

// String returns the lines that were kept and says how many were not.
func (t *tail) String() string {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	text := strings.Join(append(append([]string(nil), t.lines...), t.partial), "\n")
	if t.dropped > 0 {
		text = fmt.Sprintf("(%d earlier lines)\n%s", t.dropped, text)
	}
	return text
}
