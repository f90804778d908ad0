package cmk

import (
	"cmp"
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/cmk/alternatives"
)

// Volumes whose resource takes no key, or leaves them to a launch template, have
// the default of the account: alias/aws/ebs unless the account has another. See
// the EBS User Guide, "How Amazon EBS encryption works".

// launchConfiguration checks a type that takes no key, only that of the account.
func launchConfiguration(x *examination, s *scope, r *resource) {
	encrypted := setting{name: "encrypted", values: []string{"true"}}
	all := x.ebsEncryptedByDefault(s, r)
	if all != yes {
		all = no
		if root := blocksNamed(s, r.values, "root_block_device"); len(root.blocks) > 0 {
			all = yes
		} else if root.unread != "" {
			all = maybe
		}
		for _, path := range []string{"root_block_device.encrypted", "ebs_block_device.encrypted"} {
			for _, leaf := range leaves(s, r.values, path) {
				holds := maybe
				if leaf.block != nil {
					holds, _ = encrypted.is(leaf.scope, leaf.block)
				}
				if holds == no || holds == maybe && all == yes {
					all = holds
				}
			}
		}
	}
	x.accountsKey(s, r, all, "root_block_device.encrypted",
		"a launch configuration encrypts with the account's default key only",
		"use an aws_launch_template, or set encrypted and add an aws_ebs_default_kms_key")
}

// accountsKey reports volumes that can be under the account's default key only,
// where the app does not set that.
func (x *examination) accountsKey(s *scope, r *resource, encrypted answer, attribute, why, fix string) {
	key := x.ebsDefaultKey(s, r)
	switch {
	case encrypted == yes && key == yes:
	case encrypted == no || key == no:
		x.report(r, Issue{Rule: NoKey, Attribute: attribute,
			Problem: "stores volumes without a customer managed key: " + why, Fix: fix})
	default:
		x.report(r, unreadIssue("volumes", attribute, "left to the account's default, which cannot be read"))
	}
}

const byAccount = "set block_device_mappings in a launch template, or add aws_ebs_encryption_by_default and aws_ebs_default_kms_key"

// accountsVolumes checks a type that has volumes and can say nothing of them.
func accountsVolumes(why string) func(*examination, *scope, *resource) {
	return func(x *examination, s *scope, r *resource) {
		x.accountsKey(s, r, x.ebsEncryptedByDefault(s, r), "", why+" has the account's default key only",
			"add aws_ebs_encryption_by_default and aws_ebs_default_kms_key, or except the resource")
	}
}

// fromTemplate checks a type whose volumes are those of a launch template, at a
// path of blocks.
func fromTemplate(path, without string, unless ...string) func(*examination, *scope, *resource) {
	return func(x *examination, s *scope, r *resource) {
		instead, name := x.isAnySet(s, r.values, unless)
		switch instead {
		case yes:
			return
		case maybe:
			x.report(r, unreadIssue("volumes", name, text(r.values[name])))
			return
		}
		x.templatesAt(nestedBlock{r.values, s}, r, path, strings.Split(path, "."), without)
	}
}

// templatesAt goes through the blocks of a path, each of which needs a template.
func (x *examination) templatesAt(within nestedBlock, r *resource, path string, names []string, without string) {
	if len(names) == 0 {
		x.template(within, r, path)
		return
	}
	found := blocksNamed(within.scope, within.values, names[0])
	if found.unread != "" || found.conditional != "" {
		x.report(r, unreadIssue("volumes", path, cmp.Or(found.unread, "there if "+found.conditional)))
		return
	}
	if len(found.blocks) == 0 {
		x.accountsKey(within.scope, r, x.ebsEncryptedByDefault(within.scope, r), path, without, byAccount)
	}
	for _, block := range found.blocks {
		x.templatesAt(block, r, path, names[1:], without)
	}
}

// template checks that a launch template says how its volumes are encrypted. What
// it says is checked at the template itself.
func (x *examination) template(block nestedBlock, r *resource, path string) {
	for _, name := range []string{"id", "launch_template_id", "name", "launch_template_name"} {
		value := block.values[name]
		if text(value) == "" {
			continue
		}
		found, all := x.named(block.scope, value, "name", "aws_launch_template")
		for _, template := range found {
			if !x.mayBeSet(template.scope, template.resource.values, "block_device_mappings") &&
				!x.mayBeSet(template.scope, template.resource.values, "image_id") {
				x.accountsKey(block.scope, r, x.ebsEncryptedByDefault(block.scope, r), path,
					template.resource.address()+", which it takes its volumes from, does not name them", byAccount)
			}
		}
		if !all {
			x.report(r, unreadIssue("volumes", path+"."+name, text(value)))
		}
		return
	}
	x.report(r, unreadIssue("volumes", path, "a launch template without a name"))
}

// named are the resources of some types that a value names, by a reference or by
// what an attribute of them says; all is false where it may name others.
func (x *examination) named(s *scope, value any, attribute string, kinds ...string) (found []referred, all bool) {
	all = true
	values := s.values(value)
	for _, one := range values {
		before := len(found)
		switch one.Kind {
		case alternatives.Refer:
			if target, ok := x.follow(s.stack, one.Reference); ok && slices.Contains(kinds, target.resource.kind) && !target.resource.isData {
				found = append(found, target)
			}
		case alternatives.Literal:
			for _, kind := range kinds {
				for _, target := range x.ofKind[kind] {
					within := x.scopeOf(target.stack).withInstance(x.instancesOf(target).any())
					for _, each := range append([]*scope{within}, x.scopesOf(target)...) {
						if one.Text() != "" && x.literal(each, target.values[attribute]) == one.Text() {
							found = append(found, referred{resource: target, scope: each})
							break
						}
					}
				}
			}
		}
		all = all && len(found) > before
	}
	return found, all && len(values) > 0
}

// groupVolumes checks the volumes of a group's instances: those of its template,
// of the templates of a policy, or of a launch configuration.
func groupVolumes(x *examination, s *scope, r *resource) {
	const policy = "mixed_instances_policy.launch_template."
	switch mixed, name := x.isAnySet(s, r.values, []string{"mixed_instances_policy", "launch_configuration"}); {
	case mixed == maybe:
		x.report(r, unreadIssue("volumes", name, text(r.values[name])))
	case mixed == no:
		fromTemplate("launch_template", "no launch template is given")(x, s, r)
	case name == "launch_configuration":
		if _, all := x.named(s, r.values[name], "name", "aws_launch_configuration"); !all {
			x.report(r, unreadIssue("volumes", name, text(r.values[name])))
		}
	default:
		fromTemplate(policy+"launch_template_specification", "no launch template is given")(x, s, r)
		for _, leaf := range leaves(s, r.values, policy+"override.launch_template_specification") {
			switch {
			case leaf.unread != "":
				x.report(r, unreadIssue("volumes", leaf.label, leaf.unread))
			case leaf.block != nil && x.mayBeSet(leaf.scope, leaf.block, leaf.name):
				x.templatesAt(nestedBlock{leaf.block, leaf.scope}, r, leaf.label, []string{leaf.name}, "")
			}
		}
	}
}

// instanceTemplate checks instances that leave their volumes to a launch
// template. See the EC2 User Guide, "Store instance launch parameters in Amazon
// EC2 launch templates".
func instanceTemplate(x *examination, s *scope, r *resource) {
	if x.mayBeSet(s, r.values, "launch_template") {
		if blocksNamed(s, r.values, "root_block_device").blocks == nil {
			fromTemplate("launch_template", "")(x, s, r)
			return
		}
		x.key(s, r, x.ruleOf(r), at("root_block_device!.kms_key_id").on("encrypted").orEbsDefault())
	}
}
