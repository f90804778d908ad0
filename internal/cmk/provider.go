package cmk

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// providerVersion is the version of the AWS provider that a stack asks for.
type providerVersion struct {
	// major and minor are the lowest that are allowed; -1 where nothing is said.
	major, minor int
	// newest is the newest major that is allowed.
	newest int
	text   string
	// isOpen is true where any newer version will do.
	isOpen bool
}

// versionBound is one of the bounds that a constraint is made of.
var versionBound = regexp.MustCompile(`(<=?|>=?|~>|!=|=)?\s*([0-9]+)(?:\.([0-9]+))?(?:\.([0-9]+))?`)

// readVersion reads a version or a constraint, such as "6.25.0", "~> 5.100" or
// ">= 5.99, < 7".
func readVersion(constraint string) providerVersion {
	version := providerVersion{major: -1, minor: -1, newest: -1}
	isBounded := false
	for _, bound := range versionBound.FindAllStringSubmatch(constraint, -1) {
		major, _ := strconv.Atoi(bound[2])
		minor, _ := strconv.Atoi(bound[3])
		patch, _ := strconv.Atoi(bound[4])
		switch bound[1] {
		case "!=":
			continue
		case "<", "<=":
			if bound[1] == "<" && minor == 0 && patch == 0 {
				major--
			}
			version.text, version.newest, isBounded = constraint, major, true
			continue
		case ">", ">=":
		default:
			version.newest, isBounded = major, true
		}
		if major > version.major || major == version.major && minor > version.minor {
			version.text, version.major, version.minor = constraint, major, minor
		}
	}
	if version.text == "" {
		return version
	}
	version.isOpen = !isBounded
	if version.major < 0 {
		version.major, version.minor = 0, 0 // an upper bound alone
	}
	version.newest = max(version.newest, version.major)
	return version
}

// and is what two constraints allow, which hold both: the one that is bounded, or
// the newer.
func (v providerVersion) and(other providerVersion) providerVersion {
	switch {
	case v.major < 0 || v.isOpen && !other.isOpen:
		return other.from(v)
	case other.major < 0 || other.isOpen && !v.isOpen:
		return v.from(other)
	case other.major > v.major || other.major == v.major && other.minor > v.minor:
		return other.upTo(v)
	}
	return v.upTo(other)
}

// from is a version that is not older than another constraint asks for.
func (v providerVersion) from(other providerVersion) providerVersion {
	if other.major > v.major && other.major <= v.newest {
		v.major, v.minor = other.major, other.minor
	}
	return v
}

// upTo is a version whose newest major is one that another constraint allows.
func (v providerVersion) upTo(other providerVersion) providerVersion {
	if !other.isOpen && other.newest >= v.major {
		v.newest = min(v.newest, other.newest)
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

// tables are those to hold against the stack: that of provider 5 for version 5 and
// before, the newest for newer ones, both where the constraint is bounded and takes
// in both, as Terraform may then have locked either. Where any newer version will
// do, it is the newest, which Terraform takes.
func (v providerVersion) tables() []*Table {
	switch {
	case v.major < 0 || v.isOpen || v.major > 5:
		return []*Table{tables6()}
	case v.newest <= 5:
		return []*Table{tables5()}
	}
	return Tables()
}

// isFrom6 tells whether the provider is version 6 or newer, whichever the
// constraint allows.
func (v providerVersion) isFrom6() bool { return !slices.Contains(v.tables(), tables5()) }

// mayBe6 tells whether the constraint allows version 6.
func (v providerVersion) mayBe6() bool { return slices.Contains(v.tables(), tables6()) }

// newerThanTables says what a stack's provider may have that no table knows.
func (v providerVersion) newerThanTables() string {
	newest := readVersion(tables6().Version)
	if v.major < newest.major || v.major == newest.major && v.minor <= newest.minor {
		return ""
	}
	return fmt.Sprintf("the stack asks for version %s of the AWS provider, and the guard knows it up to %s: what newer versions encrypt, or store without, is not seen",
		v.text, tables6().Version)
}
