package tools

import (
	"os"
	"path/filepath"
	"testing"
)

// OpenTofu and Terraform both search a mirror by the names of its folders, and
// follow no link but the last.
func TestMirrorForTheOtherProgram(t *testing.T) {
	mirror, folder := t.TempDir(), t.TempDir()
	from, to := registries["Terraform"], registries["OpenTofu"]
	version := filepath.Join("hashicorp", "aws", "5.100.0", "linux_amd64")
	archive := filepath.Join("hashicorp", "aws", "terraform-provider-aws_5.99.0_linux_amd64.zip")
	if err := os.MkdirAll(filepath.Join(mirror, from, version), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{filepath.Join(version, "provider"), archive} {
		if err := os.WriteFile(filepath.Join(mirror, from, file), []byte(file), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if same, err := mirrorFor(from, mirror, folder); err != nil || same != mirror {
		t.Errorf("expected the mirror as it is, found %s, %v", same, err)
	}
	made, err := mirrorFor(to, mirror, folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{filepath.Join(version, "provider"), archive} {
		if content, err := os.ReadFile(filepath.Join(made, to, file)); err != nil || string(content) != file {
			t.Errorf("%s: expected the mirrored file, found %q, %v", file, content, err)
		}
	}
	for path, isLink := range map[string]bool{filepath.Dir(version): false, version: true, archive: true} {
		info, err := os.Lstat(filepath.Join(made, to, path))
		if err != nil || (info.Mode()&os.ModeSymlink != 0) != isLink {
			t.Errorf("%s: expected a link: %v, found %v, %v", path, isLink, info, err)
		}
	}
}
