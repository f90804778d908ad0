package main

import "encoding/json"

func (r *Report) json() (string, error) { return indented(r) }

func indented(value any) (string, error) {
	out, err := json.MarshalIndent(value, "", "  ")
	return string(out) + "\n", err
}
