//go:build unix

package lazyload

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// The tests in this file talk to a stand-in for both processes of jsii, as an app does.

type request map[string]any

// A conversation is what an app and people see of a kernel.
type conversation struct {
	answers        []string
	stdout, stderr string // of people
	code           int
	hosted         bool // whether the kernel's process is the one that the app started
}

// talk starts the kernel and asks it, one after the other.
func (w *workbench) talk(requests ...request) conversation {
	w.t.Helper()
	cmd := exec.Command(filepath.Join(w.scripts, starterName), filepath.Join(w.kernel, "bin", "jsii-runtime.js"))
	cmd.Env = append(environ(modeVariable, nodeOptions, "JSII_DEBUG"), nodeVariable+"="+w.node, appVariable+"="+strconv.Itoa(os.Getpid()))
	cmd.Env = append(cmd.Env, w.env...)
	in, err := cmd.StdinPipe()
	w.must(err)
	out, err := cmd.StdoutPipe()
	w.must(err)
	// A pipe, as jsii has one, and not what os/exec makes of a buffer.
	log, err := cmd.StderrPipe()
	w.must(err)
	w.must(cmd.Start())

	var result conversation
	shown := make(chan struct{})
	go func() {
		defer close(shown)
		result.stdout, result.stderr = consume(log)
	}()
	answers := bufio.NewReader(out)
	hello, err := answers.ReadString('\n')
	if err != nil || hello != "\"hello\"\n" {
		w.t.Errorf("the kernel greets with %q, %v", hello, err)
	}
	for i, request := range append([]request{{"do": "parent"}}, requests...) {
		line, err := json.Marshal(request)
		w.must(err)
		if _, err := in.Write(append(line, '\n')); err != nil {
			break // it has ended
		}
		answer, err := answers.ReadString('\n')
		if errors.Is(err, io.EOF) {
			break
		}
		w.must(err)
		if i == 0 {
			result.hosted = strings.TrimSpace(answer) == strconv.Itoa(os.Getpid())
			continue
		}
		result.answers = append(result.answers, strings.TrimSpace(answer))
	}
	w.must(in.Close())
	<-shown
	err = cmd.Wait()
	if exit := new(exec.ExitError); err != nil && !errors.As(err, &exit) {
		w.t.Fatal(err)
	}
	result.code = cmd.ProcessState.ExitCode()
	return result
}

// consume reads standard error as an app with jsii does, and returns what people see.
func consume(log io.Reader) (stdout, stderr string) {
	var out, err bytes.Buffer
	lines := bufio.NewReader(log)
	for {
		line, readErr := lines.ReadBytes('\n')
		if readErr != nil {
			return out.String(), err.String()
		}
		var text struct{ Stderr, Stdout []byte }
		if json.Unmarshal(line, &text) != nil {
			err.Write(line)
			continue
		}
		err.Write(text.Stderr)
		out.Write(text.Stdout)
	}
}

func talking(t *testing.T) *workbench {
	w := newWorkbench(t)
	w.kernel = filepath.Join(filepath.Dir(w.kernel), "talks")
	return w
}

func (w *workbench) forwarder() string { return filepath.Join(w.kernel, "bin", "jsii-runtime.js") }

// wrapNode makes Node a script that starts it with other pipes.
func (w *workbench) wrapNode(redirections string) {
	w.t.Helper()
	wrapper := filepath.Join(w.t.TempDir(), "node")
	write(w.t, wrapper, "#!/bin/sh\nexec "+w.node+" \"$@\" "+redirections+"\n")
	chmod(w.t, wrapper, 0o700)
	w.node = wrapper
}

// An app and people cannot tell whether the kernel has a process of its own.
func TestHostedKernelTalksAsUsual(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		env      []string
		requests []request
	}{
		"nothing":      {nil, nil},
		"answers":      {nil, []request{{"do": "echo", "text": "ä"}, {"do": "echo", "text": strings.Repeat("long", 100_000)}}},
		"itself":       {nil, []request{{"do": "describe"}}},
		"with options": {[]string{nodeOptions + "=--title=kernel --max-old-space-size=1024"}, []request{{"do": "describe"}}},
		"text":         {nil, []request{{"do": "print", "text": "to read\n"}, {"do": "complain", "text": "a warning\n"}}},
		"half a line":  {nil, []request{{"do": "print", "text": "no end"}, {"do": "complain", "text": "nor here"}}},
		"much text":    {nil, []request{{"do": "print", "text": "0123456789\n", "times": 100_000}, {"do": "complain", "text": "ü€\n", "times": 50_000}}},
		"JSON as text": {nil, []request{{"do": "print", "text": "{\"stderr\":\"\"}\n"}, {"do": "complain", "text": "{}\n{\"a\":1}\n"}}},
		"the console":  {nil, []request{{"do": "log", "text": "{\"to\":\"read\"}"}}},
		"a greeting":   {[]string{"GREETING=This software has not been tested with this Node."}, []request{{"do": "log", "text": "{\"to\":\"read\"}"}}},
		// Node has then opened standard error such that a write may be refused for now.
		"much text after a greeting": {[]string{"GREETING=This software has not been tested with this Node."}, []request{{"do": "complain", "text": "0123456789\n", "times": 400_000}}},
		"programs":                   {nil, []request{{"do": "start", "command": "cat; echo to see >&2; exit 3"}}},
		"an exit":                    {nil, []request{{"do": "exit", "code": 7}}},
		"an exit in text":            {nil, []request{{"do": "print", "text": "last words"}, {"do": "exit", "code": 0}}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, major := range []string{"20", "22", "24"} {
				t.Run("Node "+major, func(t *testing.T) {
					w := talking(t)
					w.node = nodeRelease(t, major)
					w.env = test.env
					hosted := w.talk(test.requests...)
					w.env = append(w.env, off)
					usual := w.talk(test.requests...)
					if !hosted.hosted || usual.hosted {
						t.Errorf("hosted %v, and as usual %v", hosted.hosted, usual.hosted)
					}
					got, want := text(t, hosted.answers), text(t, usual.answers)
					if got != want || hosted.stdout != usual.stdout || hosted.stderr != usual.stderr || hosted.code != usual.code {
						t.Errorf("got  %.300q %.300q %.300q %d\nwant %.300q %.300q %.300q %d",
							got, hosted.stdout, hosted.stderr, hosted.code, want, usual.stdout, usual.stderr, usual.code)
					}
				})
			}
		})
	}
}

// The stack trace has the lines of Node's loader, which are others. What a program that
// the kernel starts writes to standard output is seen on standard error, and nothing of
// it is taken for an answer.
func TestHostedKernelTalksOtherwise(t *testing.T) {
	t.Parallel()
	w := talking(t)
	failed := w.talk(request{"do": "fail", "text": "it broke"}, request{"do": "echo", "text": "too late"})
	w.env = []string{off}
	usual := w.talk(request{"do": "fail", "text": "it broke"}, request{"do": "echo", "text": "too late"})
	if failed.code != usual.code || lastError(failed.stderr) != "Error: it broke\n" || lastError(usual.stderr) != "Error: it broke\n" {
		t.Errorf("got %d %s\nwant %d %s", failed.code, failed.stderr, usual.code, usual.stderr)
	}
	w.env = nil
	printed := w.talk(request{"do": "start", "command": "echo to read"}, request{"do": "echo", "text": "an answer"})
	if text(t, printed.answers) != text(t, []string{"0", `"an answer"`}) || printed.stdout != "" || printed.stderr != "to read\n" {
		t.Errorf("got %+v", printed)
	}
}

// Where anything is not as expected, jsii's two processes do what they always did.
func TestKernelIsNotHosted(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		prepare func(w *workbench)
		log     string
	}{
		"debugged": {func(w *workbench) { w.env = append(w.env, "JSII_DEBUG=1") }, "it is debugged"},
		"another program": {func(w *workbench) {
			w.edit(w.forwarder(), "'--preserve-symlinks', ", "'--preserve-symlinks', '--no-deprecation', ")
		}, "it is another program"},
		"another place": {func(w *workbench) {
			w.edit(w.forwarder(), "'program.js'", "'kernel.js'")
			w.rename(w.program(), filepath.Join(w.kernel, "lib", "kernel.js"))
		}, "it is another program"},
		"another environment": {func(w *workbench) {
			w.edit(w.forwarder(), "'pipe'],", "'pipe'], env: { ...process.env, KERNEL: '1' },")
		}, "it is started in another way"},
		"more pipes": {func(w *workbench) { w.edit(w.forwarder(), "'pipe'],", "'pipe', 'pipe'],") }, "it is started in another way"},
		"another start": {func(w *workbench) {
			w.edit(w.forwarder(), "{ spawn }", "{ fork: spawn, spawn: forked }")
			w.edit(w.forwarder(), "spawn(process.execPath, [...process.execArgv, '--preserve-symlinks', ", "require('child_process')['spa' + 'wn'](process.execPath, ['--preserve-symlinks', ")
		}, "it is another program"},
		"text in another form": {func(w *workbench) {
			w.edit(w.forwarder(), `chunk.toString("base64")`, "Buffer.from(chunk).toString('base64')")
		}, "it is spoken to in another way"},
		"other requests": {func(w *workbench) {
			w.edit(w.forwarder(), "process.stdin.pipe(commands)", "process.stdin.on('data', (data) => commands.write(data)).on('end', () => commands.end())")
		}, "it is spoken to in another way"},
		"other pipes": {func(w *workbench) {
			w.edit(w.program(), "writeFD: 3 }", "writeFD: 3, more: true }")
			w.edit(w.program(), "readFD: 3,", "readFD: 2 + 1,")
		}, "it speaks in another way"},
		"two pipes": {func(w *workbench) {
			w.edit(w.program(), "stdio.writeLine(JSON.stringify('hello'))", "({ readFD: 3, writeFD: 3 });\nstdio.writeLine(JSON.stringify('hello'))")
		}, "it speaks in another way"},
		"a Node that closes what it does not know": {func(w *workbench) {
			w.wrapNode("3<&- 4<&-")
		}, "the pipes to the app are not here"},
		"pipes without numbers": {func(w *workbench) {
			script := filepath.Join(w.t.TempDir(), "fstat.cjs")
			write(w.t, script, "const fs = require('fs'), stat = fs.fstatSync; fs.fstatSync = (fd) => Object.assign(stat(fd), { ino: 0 });")
			w.env = append(w.env, nodeOptions+"=--require "+script)
		}, "the pipes to the app are not here"},
		"a Node with other pipes": {func(w *workbench) {
			w.wrapNode("3</dev/null 4>&2")
		}, "the pipes to the app are not here"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := talking(t)
			test.prepare(w)
			w.env = append(w.env, modeVariable+"=debug")
			got := w.talk(request{"do": "echo", "text": "ä"}, request{"do": "print", "text": "to read\n"}, request{"do": "exit", "code": 7})
			if got.hosted || text(t, got.answers) != text(t, []string{`"ä"`, "null"}) || got.stdout != "to read\n" || got.code != 7 {
				t.Errorf("got %+v", got)
			}
			if !strings.Contains(got.stderr, "lazyload: jsii starts a second process: "+test.log) {
				t.Errorf("logged %q, want %q", got.stderr, test.log)
			}
		})
	}
}

// A log that is a file would have the text of people in the form that is for the app.
func TestKernelIsNotHostedWithoutPipes(t *testing.T) {
	t.Parallel()
	w := talking(t)
	cmd := exec.Command(filepath.Join(w.scripts, starterName), w.forwarder())
	cmd.Env = append(environ(modeVariable, nodeOptions), modeVariable+"=debug", nodeVariable+"="+w.node, appVariable+"="+strconv.Itoa(os.Getpid()))
	cmd.Stdin = strings.NewReader("{\"do\":\"echo\",\"text\":\"ä\"}\n")
	var out bytes.Buffer
	cmd.Stdout = &out
	log, err := os.Create(filepath.Join(t.TempDir(), "log"))
	w.must(err)
	cmd.Stderr = log
	err = cmd.Run()
	if logged := read(t, log.Name()); err != nil || out.String() != "\"hello\"\n\"ä\"\n" || !strings.Contains(logged, "standard error is no pipe") {
		t.Errorf("%v %s %s", err, out.String(), logged)
	}
}
