package lazyload

import "strings"

// nodeOptions names the environment variable with which Node's options reach
// the kernel: its command line is built by the jsii runtime.
const nodeOptions = "NODE_OPTIONS"

// kernelDefault is what the jsii runtime runs Node with if NODE_OPTIONS is not
// set. Setting the variable takes that away, so it has to be put back.
const kernelDefault = "--max-old-space-size=4069"

// withPreload returns the value of NODE_OPTIONS that loads a script before
// anything else and keeps all of the current value. The script comes first: of
// options given twice Node takes the last, so the user's own win, and a quote
// that the user forgot to close cannot swallow ours.
func withPreload(current string, isSet bool, script string) string {
	preload := "--require " + quote(script)
	switch {
	case !isSet:
		return preload + " " + kernelDefault
	case strings.Contains(current, preload):
		// Inherited from an app that started this one.
		return current
	case current == "":
		return preload
	}
	return preload + " " + current
}

// quote writes an argument in the syntax of NODE_OPTIONS, where spaces separate
// arguments outside of double quotes and a backslash escapes inside of them.
func quote(argument string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(argument) + `"`
}
