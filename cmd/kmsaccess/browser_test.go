package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/neurocipher-io/kmstier/internal/testing/tools"
)

// seen is what one colour scheme of a page looked like.
type seen struct {
	Before, After, None, Checked int
	FilterFocused                string
	First, Moved                 struct{ Label, Tip, Described string }
	Escaped, Width               bool
	Hover, Status                string
	Filtered, Low                []string
	Phone                        struct {
		Rows, Outside int
		Head          float64
		Width         bool
		Tip           string
		Low           []string
	}
}

// TestPageInBrowser reads the page as people do: by keyboard, by pointer, in
// light and in dark. KMSACCESS_SCREENSHOTS names a folder for screenshots.
func TestPageInBrowser(t *testing.T) {
	tools.Require(t, tools.Node, tools.PlaywrightCore, tools.Chromium)
	page := filepath.Join(t.TempDir(), "page.html")
	if got := kmsaccess("", "testdata/console.policy.json", "--fail-on", checkNames(), "--format", "html", "-o", page); got.status != exitFinding {
		t.Fatalf("status %d, %s", got.status, got.err)
	}
	many := filepath.Join(t.TempDir(), "many.html")
	if got := kmsaccess(manyPolicyBelow("a-team-of-many/", 30, 0), "-", "--format", "html", "-o", many); got.status != exitOk {
		t.Fatalf("status %d, %s", got.status, got.err)
	}
	folder, err := tools.Folder()
	if err != nil {
		t.Fatal(err)
	}
	command := exec.Command(tools.Node.Path(t), filepath.Join(folder, "browser", "kmsaccess.mjs"), tools.Chromium.Path(t), page, many, os.Getenv("KMSACCESS_SCREENSHOTS"))
	var problems strings.Builder
	command.Stderr = &problems
	out, err := command.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, problems.String())
	}
	var got struct {
		Errors, Requests []string
		Light, Dark      seen
	}
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if len(got.Errors)+len(got.Requests) > 0 {
		t.Errorf("errors %q, requests %q", got.Errors, got.Requests)
	}
	for scheme, s := range map[string]seen{"light": got.Light, "dark": got.Dark} {
		t.Run(scheme, func(t *testing.T) {
			expect := func(ok bool, what string, found any) {
				t.Helper()
				if !ok {
					t.Errorf("%s: %v", what, found)
				}
			}
			expect(s.Before == 5 && s.After == 5 && s.None == 0, "rows before, after and with an impossible filter", []int{s.Before, s.After, s.None})
			expect(s.FilterFocused == "filter", "the first stop of the Tab key", s.FilterFocused)
			expect(s.First.Label == "root user of account 111122223333, encrypt: yes", "the second stop", s.First.Label)
			expect(strings.Contains(s.First.Tip, "Enable IAM User Permissions"), "the statement on focus", s.First.Tip)
			expect(s.First.Described == "tip", "the description for screen readers", s.First.Described)
			expect(s.Moved.Label == "role KeyAdministrator, decrypt: IAM policy", "one row down, one column on", s.Moved.Label)
			expect(strings.Contains(s.Moved.Tip, "with an IAM policy that allows it by Enable IAM User Permissions"), "its statement", s.Moved.Tip)
			expect(s.Escaped, "Escape hides the statement", s.Escaped)
			expect(strings.Contains(s.Hover, "Enable IAM User Permissions"), "the statement on hover", s.Hover)
			expect(len(s.Filtered) == 1 && strings.Contains(s.Filtered[0], "Application"), "rows with the filter", s.Filtered)
			expect(s.Status == "1 of 5 rows", "the filter's status", s.Status)
			expect(s.Checked > 50 && len(s.Low) == 0, "text with a contrast under 4.5", s.Low)
			expect(s.Width, "the page fits the window", s.Width)
			expect(s.Phone.Rows == 33, "rows on a phone", s.Phone.Rows)
			expect(s.Phone.Head == 0, "the head stays at the top", s.Phone.Head)
			expect(s.Phone.Width && s.Phone.Outside == 0, "cells outside of the phone, or too small", s.Phone.Outside)
			expect(strings.Contains(s.Phone.Tip, "with app=app-"), "the statement on touch", s.Phone.Tip)
			expect(len(s.Phone.Low) == 0, "text on a phone with a contrast under 4.5", s.Phone.Low)
		})
	}
}
