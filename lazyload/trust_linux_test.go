package lazyload

import (
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// Kinds of entries in an access control list, and the version of its bytes, as
// the kernel has them in include/uapi/linux/posix_acl_xattr.h.
const (
	aclVersion  = 2
	aclOwner    = 0x01
	aclUser     = 0x02
	aclGroup    = 0x04
	aclMask     = 0x10
	aclOthers   = 0x20
	aclNobody   = ^uint32(0) // of entries that are for nobody in particular
	aclSomebody = 1234
)

// setACL lets another user do what is allowed, but no more than the mask.
func setACL(t *testing.T, path, list string, allowed, mask uint16) {
	t.Helper()
	bytes := binary.LittleEndian.AppendUint32(nil, aclVersion)
	for _, entry := range []struct {
		kind, allowed uint16
		id            uint32
	}{{aclOwner, 7, aclNobody}, {aclUser, allowed, aclSomebody}, {aclGroup, 0, aclNobody}, {aclMask, mask, aclNobody}, {aclOthers, 0, aclNobody}} {
		bytes = binary.LittleEndian.AppendUint16(bytes, entry.kind)
		bytes = binary.LittleEndian.AppendUint16(bytes, entry.allowed)
		bytes = binary.LittleEndian.AppendUint32(bytes, entry.id)
	}
	err := syscall.Setxattr(path, "system.posix_acl_"+list, bytes, 0)
	if errors.Is(err, syscall.ENOTSUP) {
		t.Skipf("the file system of %s has no access control lists", path)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestInstallScriptsWithAccessControlLists(t *testing.T) {
	tests := map[string]struct {
		list          string
		allowed, mask uint16
		trusted       bool
	}{
		"another user may write":               {"access", 7, 7, false},
		"another user may write, but the mask": {"access", 7, 5, true},
		"another user may read":                {"access", 5, 5, true},
		// What is made below gets the list, but no more than it was made with.
		"another user may write to what is made below": {"default", 7, 7, true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			home := filepath.Join(t.TempDir(), "home")
			if err := os.Mkdir(home, 0o700); err != nil {
				t.Fatal(err)
			}
			useCache(t, home)
			setACL(t, home, test.list, test.allowed, test.mask)
			folder, err := installScripts()
			switch {
			case test.trusted && err != nil:
				t.Error(err)
			case !test.trusted && (err == nil || !strings.Contains(err.Error(), home+" can be written to by a group or by an access control list")):
				t.Errorf("got %v, want an error about %s", err, home)
			}
			if err != nil {
				return
			}
			for _, path := range []string{folder, filepath.Join(folder, entryScript), filepath.Join(folder, starterName)} {
				if info, err := os.Stat(path); err != nil || info.Mode()&0o077 != 0 {
					t.Errorf("%s has permissions for others: %v, %v", path, info.Mode(), err)
				}
			}
		})
	}
}

// Whoever had a script open when permissions were wider has another file than
// the one that runs.
func TestInstallScriptsMakesThemAnew(t *testing.T) {
	useCache(t, t.TempDir())
	path := filepath.Join(install(t), entryScript)
	opened, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer opened.Close()
	install(t)
	if _, err := opened.WriteAt([]byte("process.exit(1);"), 0); err != nil {
		t.Fatal(err)
	}
	if content := read(t, path); strings.HasPrefix(content, "process.exit") {
		t.Error("what was open is what runs")
	}
}
