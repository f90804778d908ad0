// Package test holds the tests of the whole system: the root app as people run
// it, what Terraform makes of its output, what an AWS emulator keeps of that,
// and what the key policies mean to a simulator written by others.
//
// Every test runs the programs themselves, so none of them starts jsii in its
// own process. What is not installed here is named in the reason of a skip, or
// fails the test where KMSTIER_REQUIRE_TOOLS=1.
package test
