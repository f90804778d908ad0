// Package mutations breaks the analysis of key policies on purpose, in one place at a
// time, and wants a test to fail each time: what no test notices, no test proves.
//
//	go test ./test/mutations                                  # the edits still apply
//	go test ./test/mutations -mutations -timeout 2h -v        # each is caught
//
// An edit replaces a text of one file by another, in an overlay of the Go command:
// the files themselves stay as they are.
package mutations
