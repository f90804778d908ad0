package main

import (
	"io"
	"slices"
)

// The apps that start, each in several ways.
var apps = []string{"root app", "two keys"}

const (
	usual     = ", as usual"
	lazy      = ", lazyload"
	firstLazy = ", lazyload, first start"
	bound     = ", no provider package"
)

// rootProgram is the root app with the environments that are shipped.
var rootProgram = program{folder: ".", input: "environments.yaml"}

// start measures what an app takes from its start to its end.
var start = section{
	name:  "start",
	turns: 10,
	prepare: func(b *bench) ([]subject, error) {
		off := []string{"KMSTIER_LAZYLOAD=off"}
		root := rootProgram
		keys := program{folder: programs + "twokeys"}
		synthesized, err := b.output(root)
		if err != nil {
			return nil, err
		}
		var subjects []subject
		for _, s := range []struct {
			name string
			program
		}{
			{"root app" + usual, program{folder: root.folder, input: root.input, env: off}},
			{"root app" + lazy, root},
			{"root app" + bound, program{folder: programs + "sameoutput", args: []string{synthesized}}},
			{"two keys" + usual, program{folder: keys.folder, env: off}},
			{"two keys" + lazy, keys},
			{"two keys" + firstLazy, program{folder: keys.folder, cold: true}},
			{"two keys" + bound, program{folder: programs + "noprovider"}},
		} {
			made, err := b.subject(s.name, s.program)
			if err != nil {
				return nil, err
			}
			subjects = append(subjects, made)
		}
		return subjects, nil
	},
	report: func(w io.Writer, r results) {
		table(w, "app", "median", "minimum", "Node memory", "time to usual", "memory to usual", "time to bound")
		for _, app := range apps {
			for _, how := range []string{usual, lazy, firstLazy, bound} {
				name := app + how
				if !slices.Contains(r.order, name) {
					continue
				}
				times, memory := r.seconds(name), r.megabytes(name)
				row(w, name,
					number("%.2f s", median(times)), number("%.2f s", slices.Min(times)), number("%.0f MB", median(memory)),
					number("%.2f", ratio(times, r.seconds(app+usual))),
					number("%.2f", ratio(memory, r.megabytes(app+usual))),
					number("%.2f", ratio(times, r.seconds(app+bound))))
			}
		}
	},
}
