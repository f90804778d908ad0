package builds

import (
	"slices"
	"testing"
)

func TestDifferencesButForKnownLines(t *testing.T) {
	always, sometimes := map[string]string{`"v": "1"`: `"v": "2"`}, map[string]string{`"pin": "5"`: `"pin": "6"`}
	for name, c := range map[string]struct {
		before, after string
		want          []string
	}{
		"none":                  {"  \"v\": \"1\",\nx", "  \"v\": \"2\",\nx", nil},
		"both":                  {"\"v\": \"1\"\n\"pin\": \"5\"", "\"v\": \"2\"\n\"pin\": \"6\"", nil},
		"another line":          {"\"v\": \"1\"\nx", "\"v\": \"2\"\ny", []string{`line 2 is "y", want "x"`}},
		"another value":         {"\"v\": \"1\"", "\"v\": \"3\"", []string{`line 1 is "\"v\": \"3\"", want "\"v\": \"2\""`}},
		"a known one unchanged": {"\"v\": \"1\"", "\"v\": \"1\"", []string{`line 1 is "\"v\": \"1\"", want "\"v\": \"2\""`}},
		"a known one missing":   {"x", "x", []string{`there is no line "\"v\": \"1\""`}},
		"a line more":           {"\"v\": \"1\"", "\"v\": \"2\"\n", []string{"2 lines, want 1"}},
		"another indentation":   {" \"v\": \"1\"", "\"v\": \"2\"", []string{`line 1 is "\"v\": \"2\"", want "\"v\": \"2\""`}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := differences([]byte(c.before), []byte(c.after), always, sometimes); !slices.Equal(got, c.want) {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}
