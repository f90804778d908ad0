package cmk

import "strings"

// imageDevices checks the devices of an image that is registered: those of a
// snapshot are encrypted as it is, others as the account says.
func imageDevices(x *examination, s *scope, r *resource) {
	encrypted := setting{name: "encrypted", values: []string{"true"}}
	for _, leaf := range leaves(s, r.values, "ebs_block_device.encrypted") {
		if leaf.block == nil {
			if leaf.unread != "" {
				x.report(r, unreadIssue("volumes", leaf.label, leaf.unread))
			}
			continue
		}
		if x.mayBeSet(leaf.scope, leaf.block, "snapshot_id") {
			leaf.name, leaf.label = "snapshot_id", strings.TrimSuffix(leaf.label, leaf.name)+"snapshot_id"
			x.ofSnapshot(r, leaf, leaf.block["snapshot_id"], "volumes")
			continue
		}
		holds, _ := encrypted.is(leaf.scope, leaf.block)
		if byDefault := x.ebsEncryptedByDefault(s, r); byDefault == yes {
			holds = yes
		}
		x.accountsKey(s, r, holds, leaf.label, "a device of an image takes no key, and has the account's default",
			"register the image from a snapshot under a customer managed key, or add aws_ebs_default_kms_key")
	}
}

// ofSnapshot reports what has the key of a snapshot that is not under a
// customer's.
func (x *examination) ofSnapshot(r *resource, leaf leaf, snapshot any, what string) {
	source := x.sourceOf(leaf.scope, r, leaf.name, snapshot, 0)
	if source == nil {
		issue := unreadIssue(what, leaf.label, text(snapshot))
		issue.Fix = "look at the key of the snapshot, and except the resource with what you found"
		x.report(r, issue)
		return
	}
	for _, issue := range x.asSource(*source, leaf, what) {
		x.report(r, issue)
	}
}

// copiedVolume checks a copy of a volume, which has its key.
func copiedVolume(x *examination, s *scope, r *resource) {
	x.ofSnapshot(r, leaf{scope: s, block: r.values, name: "source_volume_id", label: "source_volume_id"}, r.values["source_volume_id"], "a volume")
}

// batchVolumes checks the volumes of instances that Batch starts; Fargate has
// none.
func batchVolumes(x *examination, s *scope, r *resource) {
	instances := setting{name: "type", values: []string{"EC2", "SPOT"}}
	for _, leaf := range leaves(s, r.values, "compute_resources.type") {
		if leaf.unread != "" {
			x.report(r, unreadIssue("volumes", leaf.label, leaf.unread))
		}
		if leaf.block == nil {
			continue
		}
		if holds, _ := instances.is(leaf.scope, leaf.block); holds != no {
			fromTemplate("compute_resources.launch_template", "compute resources without a launch template have the account's default key only")(x, s, r)
			return
		}
	}
}

// capacityVolumes checks the volumes of instances that ECS manages.
func capacityVolumes(x *examination, s *scope, r *resource) {
	if x.mayBeSet(s, r.values, "managed_instances_provider") {
		accountsVolumes("a provider of managed instances")(x, s, r)
	}
}

// layerVolumes checks the volumes of a layer of OpsWorks.
func layerVolumes(x *examination, s *scope, r *resource) {
	encrypted := setting{name: "encrypted", values: []string{"true"}}
	for _, leaf := range leaves(s, r.values, "ebs_volume.encrypted") {
		if leaf.unread != "" {
			x.report(r, unreadIssue("volumes", leaf.label, leaf.unread))
		}
		if leaf.block == nil {
			continue
		}
		holds, _ := encrypted.is(leaf.scope, leaf.block)
		if byDefault := x.ebsEncryptedByDefault(s, r); byDefault == yes {
			holds = yes
		}
		x.accountsKey(s, r, holds, leaf.label, "a layer takes no key, and has the account's default", "store the data elsewhere, or add aws_ebs_default_kms_key")
	}
}
