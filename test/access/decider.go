package access

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
)

// deciders are Sids by mode, written as one Sid, a list, or an object with either
// for each mode.
type deciders map[Mode][]string

// UnmarshalJSON implements json.Unmarshaler.
func (d *deciders) UnmarshalJSON(text []byte) error {
	if same, err := sids(text); err == nil {
		*d = deciders{}
		for _, mode := range Modes {
			(*d)[mode] = same
		}
		return nil
	}
	byMode := map[Mode]json.RawMessage{}
	if err := json.Unmarshal(text, &byMode); err != nil {
		return err
	}
	*d = deciders{}
	for _, mode := range Modes {
		several, err := sids(byMode[mode])
		if err != nil {
			return fmt.Errorf("expected the Sids that decide under each of %v, found %s", Modes, text)
		}
		(*d)[mode] = several
	}
	return nil
}

// MarshalJSON implements json.Marshaler.
func (d deciders) MarshalJSON() ([]byte, error) {
	short := func(sids []string) any {
		if len(sids) == 1 {
			return sids[0]
		}
		return sids
	}
	byMode := map[Mode]any{}
	for _, mode := range Modes {
		byMode[mode] = short(d[mode])
	}
	if slices.Equal(d[Modes[0]], d[Modes[1]]) {
		return json.Marshal(byMode[Modes[0]])
	}
	return json.Marshal(byMode)
}

func sids(text []byte) ([]string, error) {
	var one string
	if json.Unmarshal(text, &one) == nil && one != "" {
		return []string{one}, nil
	}
	var several []string
	if json.Unmarshal(text, &several) != nil || len(several) == 0 {
		return nil, errors.New("no Sids")
	}
	return several, nil
}

// DeciderDifferences returns a line for every line of cases on which other
// statements decide than it says. The Sids are those that decided on
// [Cases.Requests], in that order, [NoStatement] where nothing matched.
func (c *Cases) DeciderDifferences(sids []string, mode Mode) []string {
	decided := c.byLine(sids)
	var lines []string
	for i, one := range c.All {
		if i > 0 && one.Line == c.All[i-1].Line {
			continue
		}
		if found := decided[one.Line]; !slices.Equal(found, one.DecidedBy[mode]) {
			lines = append(lines, fmt.Sprintf("%s: decided under %s by %v, expected %v", one.Name, mode, found, one.DecidedBy[mode]))
		}
	}
	return lines
}

// byLine are the Sids that decide on the cases of each line.
func (c *Cases) byLine(sids []string) map[int][]string {
	decided := map[int][]string{}
	for i, one := range c.All {
		if !slices.Contains(decided[one.Line], sids[i]) {
			decided[one.Line] = append(decided[one.Line], sids[i])
		}
	}
	for _, found := range decided {
		slices.Sort(found)
	}
	return decided
}

// WriteDeciders writes into the file of the cases which statements decide on them,
// by mode as for [Cases.DeciderDifferences]. Everything else stays as it is; each
// case must stand on a line of its own.
func (c *Cases) WriteDeciders(path string, sids map[Mode][]string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	found := map[Mode]map[int][]string{}
	for mode, decided := range sids {
		found[mode] = c.byLine(decided)
	}
	const by, expect = `"by": `, `"expect": `
	lines := strings.Split(string(text), "\n")
	index := 0
	for i, line := range lines {
		if !strings.HasPrefix(strings.TrimSpace(line), `{"name": `) {
			continue
		}
		decided := deciders{}
		for mode := range found {
			decided[mode] = found[mode][index]
		}
		written, err := json.Marshal(decided)
		if err != nil {
			return err
		}
		before, after, ok := strings.Cut(line, expect)
		if !ok {
			return fmt.Errorf("%s: line %d has no %s", path, i+1, expect)
		}
		before, _, _ = strings.Cut(before, by)
		spaced := strings.NewReplacer(`":`, `": `, `",`, `", `, `],`, `], `).Replace(string(written))
		lines[i] = before + by + spaced + ", " + expect + after
		index++
	}
	return os.WriteFile(path, []byte(strings.Join(lines, "\n")), 0o644)
}
