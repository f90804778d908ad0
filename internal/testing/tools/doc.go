// Package tools finds the programs that the whole-system tests run and decides
// what happens when one is missing.
//
// The tests of the Go code need nothing but Go. The tests in test/ also run
// Terraform, Node.js, npm packages and an AWS emulator, which not everyone who
// changes a line has installed. So a test names what it needs:
//
//	tools.Require(t, tools.Terraform, tools.AWSProvider)
//
// and is skipped, with the command that installs what is missing, where
// something is not there. Where everything must be there, as in CI, set
// KMSTIER_REQUIRE_TOOLS=1: the same test then fails, so that a broken
// installation cannot pass for a green run.
//
// [TerraformEnv] gives every process that runs Terraform the same clean
// environment: no credentials of the person who runs the tests, no broken
// configuration inherited from the shell, and the provider mirror named in
// TF_PLUGIN_MIRROR where there is one.
package tools
