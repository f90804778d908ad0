//go:build unix

package lazyload

import (
	"io/fs"
	"strings"
	"syscall"
	"testing"
)

// A fileOf is a file or folder as it would be if it belonged to somebody else:
// only root can give real ones away.
type fileOf struct {
	fs.FileInfo
	mode  fs.FileMode
	owner any
}

func (f fileOf) Mode() fs.FileMode { return f.mode }
func (f fileOf) Sys() any          { return f.owner }

func TestTrustOwner(t *testing.T) {
	const user, other = 1000, 1001
	owner := func(user, group int) *syscall.Stat_t {
		return &syscall.Stat_t{Uid: uint32(user), Gid: uint32(group)}
	}
	tests := map[string]struct {
		file   fileOf
		shared bool
		want   string // what the error says, or nothing
	}{
		"one's own":                              {fileOf{mode: 0o755, owner: owner(user, other)}, false, ""},
		"root's":                                 {fileOf{mode: 0o755, owner: owner(0, 0)}, false, ""},
		"root's, for root's group":               {fileOf{mode: 0o775, owner: owner(0, 0)}, false, "can be written to by a group"},
		"another user's":                         {fileOf{mode: 0o755, owner: owner(other, user)}, false, "belongs to another user"},
		"one's own, for everyone":                {fileOf{mode: 0o707, owner: owner(user, user)}, false, "can be written to by everyone"},
		"root's, for everyone":                   {fileOf{mode: 0o777, owner: owner(0, 0)}, false, "can be written to by everyone"},
		"one's own, for another group":           {fileOf{mode: 0o770, owner: owner(user, other)}, false, "can be written to by a group"},
		"one's own, for a group of one's number": {fileOf{mode: 0o770, owner: owner(user, user)}, false, "can be written to by a group"},
		"one's own, read by another group":       {fileOf{mode: 0o750, owner: owner(user, other)}, false, ""},
		"root's and shared, for everyone":        {fileOf{mode: 0o777, owner: owner(0, 0)}, true, ""},
		"one's own and shared, for a group":      {fileOf{mode: 0o770, owner: owner(user, other)}, true, ""},
		"another user's and shared":              {fileOf{mode: 0o755, owner: owner(other, other)}, true, "belongs to another user"},
		"of a file system that has no owners":    {fileOf{mode: 0o755}, false, "is unknown"},
		"for everyone, by a user that is other":  {fileOf{mode: 0o777, owner: owner(other, other)}, false, "belongs to another user"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			err := trustOwner("/a/file", test.file, user, test.shared)
			switch {
			case test.want == "" && err != nil:
				t.Errorf("got %v, want no error", err)
			case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), "/a/file")):
				t.Errorf("got %v, want an error of /a/file with %q", err, test.want)
			}
		})
	}
}
