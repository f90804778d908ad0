package main

import (
	"encoding/json"
	"io"
	"strings"
)

// json writes the report as [Report] says, key by key.
func (r *reporter) json(w io.Writer) error {
	const keys = "\n  \"keys\": ["
	head, err := indented(Report{Version: r.Version, Source: r.Source, SourceKind: r.SourceKind, Unknown: r.Unknown, Notes: r.Notes, Keys: []KeyReport{}, Findings: r.Findings})
	if err != nil {
		return err
	}
	// Texts have no line ends in JSON.
	before, after, _ := strings.Cut(head, keys)
	if _, err := io.WriteString(w, before+keys); err != nil {
		return err
	}
	separator, end := "\n    ", ""
	for _, key := range r.Each() {
		text, err := json.MarshalIndent(key, "    ", "  ")
		if err != nil {
			return err
		}
		if _, err := io.WriteString(w, separator+string(text)); err != nil {
			return err
		}
		separator, end = ",\n    ", "\n  "
	}
	_, err = io.WriteString(w, end+after)
	return err
}

func indented(value any) (string, error) {
	out, err := json.MarshalIndent(value, "", "  ")
	return string(out) + "\n", err
}
