package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/keypolicy/analysis"
)

// The checks of --fail-on.
const (
	failOnBlocked = "blocked"
	failOnExcess  = "excess"
)

// BoundaryJson is what boundary says as JSON.
type BoundaryJson struct {
	Version  int           `json:"version"`
	Source   string        `json:"source"`
	Boundary string        `json:"boundary"`
	Notes    []string      `json:"notes,omitempty"`
	Blocked  []BlockedJson `json:"blocked"`
	Excess   []ExcessJson  `json:"excess"`
}

// BlockedJson is what a key's policy grants and the boundary blocks.
type BlockedJson struct {
	Key        string   `json:"key"`
	Principals []string `json:"principals"`
	Actions    []string `json:"actions"`
	// Ways are those of the key policy.
	Ways []WayJson `json:"ways"`
	// Partly tells that some requests of the ways pass.
	Partly bool   `json:"partly"`
	Gap    string `json:"gap"`

	names []string
}

// ExcessJson is what the boundary allows and no key policy grants.
type ExcessJson struct {
	Key     string   `json:"key"`
	Actions []string `json:"actions"`
	WayJson
}

// WayJson is a way in words, with what allows it.
type WayJson struct {
	Words     string `json:"words"`
	Statement string `json:"statement"`
}

func newWay(way analysis.AccessPath) WayJson {
	return WayJson{analysis.Words(way.Conditions), analysis.StatementName(way.Statement)}
}

func (w WayJson) String() string { return fmt.Sprintf("%s [%s]", w.Words, w.Statement) }

func (p program) boundary(args []string) (int, error) {
	f := p.flags("boundary")
	name := f.String("boundary", "", "the `FILE` with the permissions boundary as JSON")
	format := f.String("format", "text", "`FORMAT`: text or json")
	failOn := f.String("fail-on", "", "exit with status 3 on what these `CHECKS` find: blocked,excess")
	only := f.String("key", "", "look at the key with this `ADDRESS` only, or a part of it that no other key has")
	var roles repeated
	f.Var(&roles, "role", "a role that has the boundary, by its `ARN` or a pattern of it; may be repeated. Default: all that the policies name")
	files, err := p.parse(f, args, 1)
	if err != nil {
		return exitError, err
	}
	if err := oneOf("format", *format, "text", "json"); err != nil {
		return exitError, err
	}
	checks := splitList(*failOn)
	for _, check := range checks {
		if err := oneOf("fail-on", check, failOnBlocked, failOnExcess); err != nil {
			return exitError, err
		}
	}
	if *name == "" {
		return exitError, errors.New("boundary: needs --boundary")
	}
	boundary, notes, err := readPolicy(*name)
	if err != nil {
		return exitError, err
	}
	file, err := p.read(files[0], f.Defaults)
	if err != nil {
		return exitError, err
	}
	if file.Keys, err = selectKeys(file.Keys, *only); err != nil {
		return exitError, err
	}
	report := BoundaryJson{Version: 1, Source: files[0], Boundary: *name, Notes: append(notes, file.Notes...), Blocked: []BlockedJson{}, Excess: []ExcessJson{}}
	keys := make([]analysis.Key, 0, len(file.Keys))
	for _, key := range file.Keys {
		keys = append(keys, key.Key)
		if key.Problem != "" {
			return exitError, fmt.Errorf("%s: %s: %s", files[0], key.Address, key.Problem)
		}
		if len(key.LeftOut) > 0 {
			return exitError, fmt.Errorf("%s: %s: %s", files[0], key.Address, strings.Join(key.LeftOut, "; "))
		}
		for _, note := range key.Notes {
			report.Notes = append(report.Notes, key.Address+": "+note)
		}
	}
	found, err := analysis.CheckBoundary(boundary, keys, roles...)
	if err != nil {
		return exitError, fmt.Errorf("%s: %w", *name, err)
	}
	report.add(found)
	content := report.text()
	if *format == "json" {
		if content, err = indented(report); err != nil {
			return exitError, err
		}
	}
	if err := p.write(f, text(content)); err != nil {
		return exitError, err
	}
	if slices.Contains(checks, failOnBlocked) && len(report.Blocked) > 0 || slices.Contains(checks, failOnExcess) && len(report.Excess) > 0 {
		return exitFinding, nil
	}
	if len(checks) > 0 && len(file.LeftOut) > 0 {
		return exitError, fmt.Errorf("%s: there may be more: %s", files[0], strings.Join(file.LeftOut, "; "))
	}
	return exitOk, nil
}

// add puts findings together that differ in their action alone.
func (r *BoundaryJson) add(found analysis.BoundaryReport) {
	for _, b := range found.Blocked {
		blocked := BlockedJson{Key: b.Key, Principals: b.Principals, Actions: []string{b.Action}, Partly: b.Partly, Gap: b.Gap, names: b.Names}
		for _, way := range b.Paths {
			blocked.Ways = append(blocked.Ways, newWay(way))
		}
		at := slices.IndexFunc(r.Blocked, func(other BlockedJson) bool {
			return other.Key == blocked.Key && slices.Equal(other.Principals, blocked.Principals) && slices.Equal(other.Ways, blocked.Ways) &&
				other.Partly == blocked.Partly && other.Gap == blocked.Gap
		})
		if at < 0 {
			r.Blocked = append(r.Blocked, blocked)
		} else {
			r.Blocked[at].Actions = append(r.Blocked[at].Actions, b.Action)
		}
	}
	for _, e := range found.Excess {
		excess := ExcessJson{Key: e.Key, Actions: []string{e.Action}, WayJson: newWay(e.Path)}
		at := slices.IndexFunc(r.Excess, func(other ExcessJson) bool { return other.Key == excess.Key && other.WayJson == excess.WayJson })
		if at < 0 {
			r.Excess = append(r.Excess, excess)
		} else {
			r.Excess[at].Actions = append(r.Excess[at].Actions, e.Action)
		}
	}
}

func (r BoundaryJson) text() string {
	var out strings.Builder
	if len(r.Blocked)+len(r.Excess) == 0 {
		out.WriteString("The boundary lets through what the key policies grant, and nothing else.\n")
	}
	key := ""
	for _, b := range r.Blocked {
		if b.Key != key {
			key = b.Key
			fmt.Fprintf(&out, "%s: granted by the key policy, blocked by the boundary\n", terminal(key))
		}
		out.WriteString(wrapped("  ", "    ", strings.Join(b.names, ", ")+": "+strings.Join(b.Actions, ", ")))
		for _, way := range b.Ways {
			out.WriteString(wrapped("    ", "      ", way.String()))
		}
		verb := "all blocked: "
		if b.Partly {
			verb = "some requests blocked: "
		}
		out.WriteString(wrapped("    ", "      ", verb+b.Gap))
	}
	key = ""
	for _, e := range r.Excess {
		if e.Key != key {
			key = e.Key
			fmt.Fprintf(&out, "%s: allowed by the boundary, granted by no key policy\n", terminal(key))
		}
		out.WriteString(wrapped("  ", "    ", strings.Join(e.Actions, ", ")+": "+e.WayJson.String()))
	}
	for _, note := range r.Notes {
		out.WriteString(wrapped("note: ", "  ", note))
	}
	return out.String()
}
