package environments

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// acrossFields checks what one field must be because of another. It reads nodes,
// so that it finds such problems in a file with others too.
func (c *checker) acrossFields() {
	c.allowedRegions()
	c.servicesInOneSpelling()
	c.tagsInOneSpelling()
	c.settingsOfAccounts()
	c.adoptedKeys()
	c.sharedStates()
}

// environmentPaths lead to the environments, in the file's order.
func (c *checker) environmentPaths() []fieldPath {
	environments := fieldPath{"environments"}
	var paths []fieldPath
	for _, name := range names(find(c.root, environments)) {
		paths = append(paths, environments.with(name))
	}
	return paths
}

// environmentOf names the environment that a path leads to, or into.
func environmentOf(at fieldPath) string { return at[1].(string) }

// allowedRegions refuses Regions that the file itself does not allow.
func (c *checker) allowedRegions() {
	list := find(c.root, fieldPath{"allowed_regions"})
	if list == nil || list.Kind != yaml.SequenceNode || len(list.Content) == 0 {
		return
	}
	var allowed []string
	for _, item := range list.Content {
		if !isString(item) {
			return
		}
		allowed = append(allowed, item.Value)
	}
	for _, environment := range c.environmentPaths() {
		places := []fieldPath{environment.with("region"), environment.with("backend").with("s3").with("region")}
		replicas := environment.with("replica_regions")
		if list := find(c.root, replicas); list != nil && list.Kind == yaml.SequenceNode {
			for i := range list.Content {
				places = append(places, replicas.with(i))
			}
		}
		for _, at := range places {
			if region := stringAt(c.root, at); region != "" && !slices.Contains(allowed, region) {
				c.report(at, notAllowed(region, allowed))
			}
		}
	}
}

// servicesInOneSpelling refuses services that differ in case only: they would be
// two for KMS, which compares the values of an encryption context exactly, and one
// for people.
func (c *checker) servicesInOneSpelling() {
	services := fieldPath{"services"}
	list := find(c.root, services)
	if list == nil || list.Kind != yaml.SequenceNode {
		return
	}
	seen := spellings{}
	for i, item := range list.Content {
		if isString(item) {
			seen.check(c, services.with(i), item.Value)
		}
	}
}

// tagsInOneSpelling refuses tags of one resource that differ in case only. See
// "Tag naming limits and requirements" in the Tagging AWS Resources User Guide;
// IAM takes such tags for one.
func (c *checker) tagsInOneSpelling() {
	common := fieldPath{"tags"}
	c.tagsTogether(common)
	for _, environment := range c.environmentPaths() {
		c.tagsTogether(common, environment.with("tags"))
	}
}

func (c *checker) tagsTogether(maps ...fieldPath) {
	seen := spellings{}
	for _, tags := range maps {
		for _, name := range names(find(c.root, tags)) {
			seen.check(c, tags.with(name), name)
		}
	}
}

// spellings are the spellings that a file has used of names, by their lower case.
type spellings map[string]spelling

type spelling struct {
	name string
	line int
}

func (s spellings) check(c *checker, at fieldPath, name string) {
	line := position(c.name, c.root, at).Line
	if first, seen := s[strings.ToLower(name)]; !seen {
		s[strings.ToLower(name)] = spelling{name, line}
	} else if first.name != name {
		c.report(at, twoSpellings(name, first))
	}
}

// settingsOfAccounts refuses environments of one account and Region that each set
// what the two of them have once: every stack would take it from the other.
func (c *checker) settingsOfAccounts() {
	type setting struct {
		at   fieldPath
		what string
	}
	owners := map[[3]string]string{}
	for _, environment := range c.environmentPaths() {
		audit := environment.with("audit")
		account, region := stringAt(c.root, environment.with("account_id")), stringAt(c.root, environment.with("region"))
		if account == "" || region == "" {
			continue
		}
		settings := []setting{{
			// Amazon EBS User Guide, "Enable Amazon EBS encryption by default".
			environment.with("ebs_encryption_by_default"), "default key for new volumes",
		}}
		if !isFlag(find(c.root, audit.with("enabled")), false) {
			// GuardDuty API Reference, CreateDetector.
			settings = append(settings, setting{audit.with("enable_guard_duty"), "GuardDuty detector"})
		}
		for _, s := range settings {
			if !isFlag(find(c.root, s.at), true) {
				continue
			}
			place := [3]string{s.what, account, region}
			if owner, taken := owners[place]; taken {
				c.report(s.at, settingTaken(owner, environmentOf(environment), place))
				continue
			}
			owners[place] = environmentOf(environment)
		}
	}
}

// adoptedKeys refuses environments that adopt one key: each stack would give it its own
// policy. Multi-Region keys have one id in several Regions.
func (c *checker) adoptedKeys() {
	owners := map[[2]string]string{}
	for _, environment := range c.environmentPaths() {
		adopt := environment.with("adopt")
		list := find(c.root, adopt)
		if list == nil || list.Kind != yaml.SequenceNode {
			continue
		}
		for i := range list.Content {
			at := adopt.with(i).with("key_id")
			key := [2]string{stringAt(c.root, at), stringAt(c.root, environment.with("region"))}
			owner, taken := owners[key]
			if taken && key[0] != "" && owner != environmentOf(environment) {
				c.report(at, keyTaken(key[0], owner))
				continue
			}
			owners[key] = environmentOf(environment)
		}
	}
}

// isFlag says whether a value is the flag that is wanted.
func isFlag(value *yaml.Node, want bool) bool {
	if value == nil || value.Kind != yaml.ScalarNode || value.Tag != "!!bool" {
		return false
	}
	var got bool
	return value.Decode(&got) == nil && got == want
}
