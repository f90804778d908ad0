package cmk

import (
	"strings"
)

// Volumes whose resource takes no key, or leaves them to a launch template, have
// the default of the account: alias/aws/ebs unless the account has another. See
// the EBS User Guide, "How Amazon EBS encryption works".

// launchConfiguration checks a type that takes no key, only that of the account.
func launchConfiguration(x *examination, s *scope, r *resource) {
	encrypted := setting{name: "encrypted", values: []string{"true"}}
	all := x.ebsEncryptedByDefault(r)
	if all != yes {
		all = no
		if len(blocksNamed(s, r.values, "root_block_device").blocks) > 0 {
			all = yes
		}
		for _, path := range []string{"root_block_device.encrypted", "ebs_block_device.encrypted"} {
			for _, leaf := range leaves(s, r.values, path) {
				if leaf.block == nil {
					continue
				}
				if holds, _ := encrypted.is(x, leaf.scope, leaf.block); holds != yes && all == yes {
					all = holds
				}
			}
		}
	}
	x.accountsKey(r, all, "root_block_device.encrypted",
		"a launch configuration encrypts with the account's default key only",
		"use an aws_launch_template, or set encrypted and add an aws_ebs_default_kms_key")
}

// accountsKey reports volumes that can be under the account's default key only,
// where the app does not set that.
func (x *examination) accountsKey(r *resource, encrypted answer, attribute, why, fix string) {
	key := x.ebsDefaultKey(r)
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
		x.accountsKey(r, x.ebsEncryptedByDefault(r), "", why+" has the account's default key only",
			"add aws_ebs_encryption_by_default and aws_ebs_default_kms_key, or except the resource")
	}
}

// fromTemplate checks a type whose volumes are those of a launch template, at a
// path of blocks.
func fromTemplate(path, without string, unless ...string) func(*examination, *scope, *resource) {
	return func(x *examination, s *scope, r *resource) {
		for _, name := range unless {
			if x.mayBeSet(s, r.values, name) {
				return
			}
		}
		names := strings.Split(path, ".")
		within := []nestedBlock{{r.values, s}}
		for i, name := range names {
			var next []nestedBlock
			for _, block := range within {
				found := blocksNamed(block.scope, block.values, name)
				if found.unread != "" {
					x.report(r, unreadIssue("volumes", path, found.unread))
					return
				}
				next = append(next, found.blocks...)
			}
			if len(next) == 0 && i == len(names)-1 {
				for range within {
					x.accountsKey(r, x.ebsEncryptedByDefault(r), path, without, byAccount)
				}
				return
			}
			within = next
		}
		for _, block := range within {
			x.template(block, r, path)
		}
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
		found := x.resourcesIn(block.scope, value)
		if len(found) == 0 {
			if literal := x.literal(block.scope, value); literal != "" {
				for _, template := range block.scope.stack.ofKind["aws_launch_template"] {
					if x.literal(x.scopeOf(template.stack), template.values["name"]) == literal {
						found = append(found, referred{resource: template, scope: x.scopeOf(template.stack)})
					}
				}
			}
		}
		for _, template := range found {
			if template.resource.kind != "aws_launch_template" || template.resource.isData {
				continue
			}
			if !x.mayBeSet(template.scope, template.resource.values, "block_device_mappings") &&
				!x.mayBeSet(template.scope, template.resource.values, "image_id") {
				x.accountsKey(r, x.ebsEncryptedByDefault(r), path,
					template.resource.address()+", which it takes its volumes from, does not name them", byAccount)
			}
			return
		}
		x.report(r, unreadIssue("volumes", path+"."+name, text(value)))
		return
	}
	x.report(r, unreadIssue("volumes", path, "a launch template without a name"))
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
