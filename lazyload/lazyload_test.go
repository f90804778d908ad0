//go:build unix

package lazyload

import (
	"errors"
	"os"
	"strings"
	"testing"
)

func TestEnable(t *testing.T) {
	const users = "--trace-warnings"
	tests := map[string]struct {
		mode    string
		home    string // default: one that can be used
		enabled bool
		log     string
	}{
		"by default":              {enabled: true},
		"debug":                   {mode: "debug", enabled: true},
		"off":                     {mode: "off"},
		"no cache":                {home: os.DevNull},
		"no cache, and debugging": {mode: "debug", home: os.DevNull, log: "lazyload: everything loads as usual: cannot use the user's cache"},
		"no cache, but off":       {mode: "off", home: os.DevNull},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if test.home == "" {
				test.home = t.TempDir()
			}
			useCache(t, test.home)
			t.Setenv(modeVariable, test.mode)
			t.Setenv(nodeOptions, users)

			var log strings.Builder
			err := enable(&log)

			if (err == nil) != test.enabled {
				t.Errorf("enable returned %v", err)
			}
			if test.mode == "off" && !errors.Is(err, errOff) {
				t.Errorf("enable returned %v, want %v", err, errOff)
			}
			got := os.Getenv(nodeOptions)
			if test.enabled && !strings.HasPrefix(got, "--require ") || !strings.HasSuffix(got, users) {
				t.Errorf("%s is %s", nodeOptions, got)
			}
			if !test.enabled && got != users {
				t.Errorf("%s is %s, want it left alone", nodeOptions, got)
			}
			if test.log == "" && log.Len() > 0 || !strings.HasPrefix(log.String(), test.log) {
				t.Errorf("logged %q, want %q", log.String(), test.log)
			}
		})
	}
}

// Importing the package is all that an app does.
func TestStatus(t *testing.T) {
	if err := Status(); err != nil {
		missing(t, "this process cannot use the package: %v", err)
	}
	if options := os.Getenv(nodeOptions); !strings.Contains(options, entryScript) {
		t.Errorf("%s is %s", nodeOptions, options)
	}
}
