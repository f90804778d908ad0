package cmk

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// providerVersion is the version of the AWS provider that a stack asks for.
type providerVersion struct {
	// major and minor are the lowest that are allowed; -1 where nothing is said.
	major, minor int
	text         string
	// isOpen is true where any newer version will do.
	isOpen bool
}

var versionNumber = regexp.MustCompile(`([0-9]+)(?:\.([0-9]+))?`)

// readVersion reads a version or a constraint, such as "6.25.0" or "~> 5.100".
func readVersion(constraint string) providerVersion {
	parts := versionNumber.FindStringSubmatch(constraint)
	if parts == nil {
		return providerVersion{major: -1, minor: -1}
	}
	major, _ := strconv.Atoi(parts[1])
	minor, _ := strconv.Atoi(parts[2])
	isOpen := strings.Contains(constraint, ">") && !strings.Contains(constraint, "~>") && !strings.Contains(constraint, "<")
	return providerVersion{major, minor, constraint, isOpen}
}

// and is what two constraints allow, which hold both: the one that is bounded, or
// the newer.
func (v providerVersion) and(other providerVersion) providerVersion {
	switch {
	case v.major < 0 || v.isOpen && !other.isOpen:
		return other
	case other.major < 0 || other.isOpen && !v.isOpen:
		return v
	case other.major > v.major || other.major == v.major && other.minor > v.minor:
		return other
	}
	return v
}

// versionIn is the version that a stack's required_providers name.
func versionIn(content object) providerVersion {
	version := readVersion("")
	for _, terraform := range blocks(content["terraform"]) {
		for _, required := range blocks(terraform["required_providers"]) {
			for name, provider := range required {
				switch provider := provider.(type) {
				case object:
					if source := text(provider["source"]); name == "aws" || source == "hashicorp/aws" || strings.HasSuffix(source, "/hashicorp/aws") {
						version = version.and(readVersion(text(provider["version"])))
					}
				case string:
					if name == "aws" {
						version = version.and(readVersion(provider))
					}
				}
			}
		}
	}
	return version
}

// table is the one to hold against the stack: that of provider 5 for version 5
// and before, else the newest, which Terraform takes where it may.
func (v providerVersion) table() *Table {
	if v.major >= 0 && v.major <= 5 && !v.isOpen {
		return tables5()
	}
	return tables6()
}

// newerThanTables says what a stack's provider may have that no table knows.
func (v providerVersion) newerThanTables() string {
	newest := readVersion(tables6().Version)
	if v.major < newest.major || v.major == newest.major && v.minor <= newest.minor {
		return ""
	}
	return fmt.Sprintf("the stack asks for version %s of the AWS provider, and the guard knows it up to %s: what newer versions encrypt, or store without, is not seen",
		v.text, tables6().Version)
}
