package lazyload

import "testing"

func TestWithPreload(t *testing.T) {
	tests := map[string]struct {
		current string
		isSet   bool
		script  string
		want    string
	}{
		"unset, so the kernel's own default is kept": {
			script: "/c/preload.js",
			want:   `--require "/c/preload.js" --max-old-space-size=4069`,
		},
		"set to nothing, which also overrides that default": {
			isSet: true, script: "/c/preload.js",
			want: `--require "/c/preload.js"`,
		},
		"the user's come after": {
			current: "--max-old-space-size=8192 --require ./pnp.cjs", isSet: true, script: "/c/preload.js",
			want: `--require "/c/preload.js" --max-old-space-size=8192 --require ./pnp.cjs`,
		},
		"inherited from an app that started this one": {
			current: `--require "/c/preload.js" --trace-warnings`, isSet: true, script: "/c/preload.js",
			want: `--require "/c/preload.js" --trace-warnings`,
		},
		"inherited from an app with another version": {
			current: `--require "/b/preload.js"`, isSet: true, script: "/c/preload.js",
			want: `--require "/c/preload.js" --require "/b/preload.js"`,
		},
		"a path that needs quoting": {
			isSet: true, script: `/my "home"\cache/preload.js`,
			want: `--require "/my \"home\"\\cache/preload.js"`,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := withPreload(test.current, test.isSet, test.script); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}
