package main

// A subject is an app to measure.
type subject struct {
	name    string
	program string   // the folder of its main package, from the root of the repository
	env     []string // what it runs with, beside the environment of the command
	cold    bool     // whether each run has an empty cache of lazyload
}

// The report compares all subjects with these two.
const (
	baseline = "two keys, as usual"
	bound    = "two keys, no provider package"
)

var subjects = []subject{
	{name: baseline, program: "test/bench/programs/twokeys", env: []string{"KMSTIER_LAZYLOAD=off"}},
	{name: "two keys, lazyload", program: "test/bench/programs/twokeys"},
	{name: "two keys, lazyload, first start", program: "test/bench/programs/twokeys", cold: true},
	{name: bound, program: "test/bench/programs/noprovider"},
}
