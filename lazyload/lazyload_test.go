//go:build unix

package lazyload

import (
	"errors"
	"os"
	"strings"
	"testing"
)

func TestEnable(t *testing.T) {
	tests := map[string]struct {
		env     map[string]string
		home    string // default: one that can be used
		enabled bool
		node    string // the one that runs in the end, if enabled
		log     string
	}{
		"by default":              {enabled: true, node: "node"},
		"debug":                   {env: map[string]string{modeVariable: "debug"}, enabled: true, node: "node"},
		"a Node of the user's":    {env: map[string]string{jsiiNode: "/bin/sh"}, enabled: true, node: "/bin/sh"},
		"off":                     {env: map[string]string{modeVariable: "off"}},
		"no cache":                {home: os.DevNull},
		"no cache, and debugging": {env: map[string]string{modeVariable: "debug"}, home: os.DevNull, log: "lazyload: everything loads as usual: cannot use the user's cache"},
		"no cache, but off":       {env: map[string]string{modeVariable: "off"}, home: os.DevNull},
		"no Node":                 {env: map[string]string{modeVariable: "debug", jsiiNode: "/no/node"}, log: "lazyload: everything loads as usual: there is no Node.js: "},
		"a kernel of the user's":  {env: map[string]string{modeVariable: "debug", jsiiRuntime: "true"}, log: "lazyload: everything loads as usual: JSII_RUNTIME names"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			node(t)
			if test.home == "" {
				test.home = t.TempDir()
			}
			useCache(t, test.home)
			for _, variable := range []string{modeVariable, nodeVariable, appVariable, jsiiNode, jsiiRuntime} {
				t.Setenv(variable, test.env[variable])
			}
			t.Setenv(nodeOptions, "--trace-warnings")

			var log strings.Builder
			err := enable(&log)

			if (err == nil) != test.enabled {
				t.Errorf("enable returned %v", err)
			}
			if test.env[modeVariable] == "off" && !errors.Is(err, errOff) {
				t.Errorf("enable returned %v, want %v", err, errOff)
			}
			got := os.Getenv(jsiiNode)
			if test.enabled && (!isStarter(got) || os.Getenv(nodeVariable) != test.node) {
				t.Errorf("%s is %s and runs %s", jsiiNode, got, os.Getenv(nodeVariable))
			}
			if !test.enabled && got != test.env[jsiiNode] {
				t.Errorf("%s is %s, want it left alone", jsiiNode, got)
			}
			if options := os.Getenv(nodeOptions); options != "--trace-warnings" {
				t.Errorf("%s is %s, want it left alone", nodeOptions, options)
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
	if node := os.Getenv(jsiiNode); !isStarter(node) {
		t.Errorf("%s is %s", jsiiNode, node)
	}
}
