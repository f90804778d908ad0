//go:build unix

package lazyload

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// trustFolder returns an error if anyone but this user and root could put a
// file into the folder, or another folder in its place. The path must be
// absolute and without symbolic links.
//
// Permissions tell that in full where access control lists are those of POSIX,
// as on Linux: a list shows in the group's permissions, which are then the most
// that any user or group in it may do (https://man7.org/linux/man-pages/man5/acl.5.html).
// Hence nothing may be writable by a group, not even by one with the user's number.
// Lists of other kinds, of macOS, FreeBSD and servers in the network, are not read.
func trustFolder(folder string) error {
	for innermost := true; ; innermost = false {
		info, err := os.Lstat(folder)
		if err != nil {
			return err
		}
		if !info.IsDir() {
			return fmt.Errorf("%s is not a folder", folder)
		}
		// As in /tmp, others may add to a sticky folder, but not replace what is
		// in it and belongs to this user.
		sticky := info.Mode()&fs.ModeSticky != 0 && !innermost
		if err := trustOwner(folder, info, os.Geteuid(), sticky); err != nil {
			return err
		}
		parent := filepath.Dir(folder)
		if parent == folder {
			return nil
		}
		folder = parent
	}
}

// trustOwner returns an error if the file or folder belongs to anyone but the
// user and root or, unless it is shared, anyone else may write to it.
func trustOwner(path string, info fs.FileInfo, user int, shared bool) error {
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return fmt.Errorf("the owner of %s is unknown", path)
	}
	mode, owner := info.Mode(), int(stat.Uid)
	if owner != user && owner != 0 {
		return fmt.Errorf("%s belongs to another user (uid %d)", path, owner)
	}
	if shared {
		return nil
	}
	if mode&0o002 != 0 {
		return fmt.Errorf("%s can be written to by everyone (mode %v)", path, mode)
	}
	if mode&0o020 != 0 {
		return fmt.Errorf("%s can be written to by a group or by an access control list (mode %v, gid %d)", path, mode, stat.Gid)
	}
	return nil
}
