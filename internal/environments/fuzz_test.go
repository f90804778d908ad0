package environments

import (
	"errors"
	"os"
	"strings"
	"testing"
)

// FuzzParse looks for input that makes the reader panic, accept and refuse a
// file at once, or name a place that is not in the file.
func FuzzParse(f *testing.F) {
	shipped, err := os.ReadFile("../../environments.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(shipped))
	for _, seed := range []string{
		"", "---\n", "a: &a [*a]\n", "? [a]\n: {<<: *b}\n", "a:\n\tb: 1\n", "!!str a: !!map {}\n",
		minimal,
		with("tags: {2024: 1, null: 0x1F, \"\": ${a}}", "service_roles: [{}, {service: svc-a, service: svc-b}]"),
		with("rotation_period_days: 0365", "glue_role_arns: [a, a, null, {}]"),
		backend(" {s3: {bucket: b, key: k, region: us-east-1}, local: {path: cdktf.out/..}}"),
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data string) {
		file, err := Parse("environments.yaml", []byte(data))
		if err == nil {
			if len(file.Environments) == 0 {
				t.Error("a file without environments passed")
			}
			file.Position(file.Environments[0].Name, data)
			return
		}
		var problems Problems
		if file != nil || !errors.As(err, &problems) || len(problems) == 0 {
			t.Fatalf("got %v and %v, want no file and problems", file, err)
		}
		lines := 1 + strings.Count(data, "\n") + strings.Count(data, "\r") + strings.Count(data, "\u0085") + strings.Count(data, "\u2028") + strings.Count(data, "\u2029")
		for _, problem := range problems {
			if line := problem.Position.Line; line < 1 || line > lines {
				t.Errorf("%s: the file has %d lines", problem, lines)
			}
			if strings.ContainsAny(problem.String(), "\r\n") {
				t.Errorf("%q is more than a line", problem)
			}
		}
	})
}
