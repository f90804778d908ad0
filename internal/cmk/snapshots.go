package cmk

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/cmk/alternatives"
)

// snapshotsOf say of what each type of snapshot is one. The key goes along.
//   - RDS User Guide, "Restoring to a DB instance"
//   - EBS User Guide, "How Amazon EBS encryption works"
var snapshotsOf = map[string][]string{
	"aws_db_snapshot":               {"db_instance_identifier"},
	"aws_db_cluster_snapshot":       {"db_cluster_identifier"},
	"aws_db_snapshot_copy":          {"source_db_snapshot_identifier"},
	"aws_rds_cluster_snapshot_copy": {"source_db_cluster_snapshot_identifier"},
	"aws_docdb_cluster_snapshot":    {"db_cluster_identifier"},
	"aws_neptune_cluster_snapshot":  {"db_cluster_identifier"},
	"aws_redshift_cluster_snapshot": {"cluster_identifier"},
	"aws_ebs_snapshot":              {"volume_id", "volume_ids"},
	"aws_ebs_snapshot_copy":         {"source_snapshot_id"},
	"aws_ebs_volume_copy":           {"source_volume_id"},
}

// inherited judges what takes the key of something else: a snapshot, the source
// of a replica. inherits is false where it has none of those, or where its own
// key counts.
func (x *examination) inherited(s *scope, r *resource, key key, leaf leaf, what string, none bool) (issues []Issue, inherits bool) {
	for _, from := range key.from {
		name, decides := strings.CutSuffix(from, "!")
		if !x.mayBeSet(s, r.values, name) || !none && !decides {
			continue
		}
		within, value := sourceValue(s, r.values, name)
		source := x.sourceOf(within, r, name, value, 0)
		if source != nil && none && x.isElsewhere(s, r, *source) {
			return nil, false // a copy in another Region needs a key of its own
		}
		if source == nil {
			if none && !isComputed(within, value) {
				return nil, false // reported as what has no key
			}
			issue := unreadIssue(what, name, text(value))
			if !none {
				issue.Problem = fmt.Sprintf("whether it stores %s under a customer managed key cannot be read: the key beside %s has no effect, what it is restored from decides", what, name)
			}
			issue.Fix = "look at the key of what it is restored from, and except the resource with what you found"
			return []Issue{issue}, true
		}
		return x.asSource(*source, leaf, what), true
	}
	return nil, false
}

// isComputed tells whether only Terraform can tell what a value names.
func isComputed(s *scope, value any) bool {
	_, known := s.values(value).Plain()
	return !known
}

func (x *examination) isElsewhere(s *scope, r *resource, source referred) bool {
	problem, isUnread := farApart(x.placeOf(source.scope, source.resource), x.placeOf(s, r))
	return problem != "" && !isUnread
}

// asSource reports what is restored from something that is not under a
// customer's key itself.
func (x *examination) asSource(source referred, leaf leaf, what string) []Issue {
	rule := x.ruleOf(source.resource)
	worst := []Issue(nil)
	for _, own := range leaves(source.scope, source.resource.values, rule.keys[0].path) {
		for _, issue := range x.leafIssues(source.resource, rule.keys[0], own, what) {
			if issue.Rule == LogsOnDataKey || issue.Advice {
				continue
			}
			issue.Attribute = leaf.label
			issue.Problem = "is encrypted as " + source.resource.address() + ", which " + issue.Problem
			if issue.Rule == Unread {
				issue.Problem = "is encrypted as " + source.resource.address() + ", of which " + issue.Problem
			}
			issue.Fix = "correct " + source.resource.address()
			worst = append(worst, issue)
		}
	}
	return worst
}

// sourceValue is what names the source, in an attribute or a block, and where it
// stands. Of several blocks, or of an expression in the place of one, it is not
// known.
func sourceValue(s *scope, values object, name string) (*scope, any) {
	if _, isBlock := restoring[name]; !isBlock {
		return s, values[name]
	}
	found := blocksNamed(s, values, name)
	if len(found.blocks) != 1 || found.unread != "" || found.conditional != "" {
		return s, opaque("of blocks that cannot be read")
	}
	block := found.blocks[0]
	for _, inner := range restoring[name] {
		if block.values[inner] != nil {
			return block.scope, block.values[inner]
		}
	}
	return s, opaque("a source that the guard does not know")
}

// restoring are the blocks that name a source, with the attributes that do.
var restoring = map[string][]string{
	"restore_to_point_in_time": {"source_db_instance_identifier", "source_cluster_identifier", "source_dbi_resource_id",
		"source_cluster_resource_id", "source_db_instance_automated_backups_arn"},
}

// sourceOf is the resource of the app whose key goes along: through snapshots and
// data sources to what they are of. attribute is what names it.
func (x *examination) sourceOf(s *scope, near *resource, attribute string, value any, depth int) *referred {
	written, isText := value.(string)
	if !isText || written == "" || depth > maxHops {
		return nil
	}
	values := s.values(written)
	if len(values) != 1 {
		return nil
	}
	var found referred
	switch {
	case values[0].Kind == alternatives.Refer:
		var ok bool
		if found, ok = x.follow(s.stack, values[0].Reference); !ok {
			return nil
		}
	case values[0].Kind == alternatives.Literal:
		one := x.resourceCalled(s.stack, near, attribute, values[0].Text())
		if one == nil {
			return nil
		}
		found = referred{resource: one, scope: x.scopeOf(one.stack).withInstance(x.instancesOf(one).any())}
	default:
		return nil
	}
	rule := x.ruleOf(found.resource)
	if !found.resource.isData && len(rule.keys) > 0 && x.mayBeSet(found.scope, found.resource.values, rule.keys[0].plainPath()) {
		return &found // it is encrypted by itself
	}
	for _, attribute := range snapshotsOf[found.resource.kind] {
		if inner := found.resource.values[attribute]; inner != nil {
			if list, isList := inner.([]any); isList && len(list) == 1 {
				inner = list[0]
			}
			return x.sourceOf(found.scope, found.resource, attribute, inner, depth+1)
		}
	}
	if found.resource.isData || len(rule.keys) == 0 || rule.ignored != "" {
		return x.dataSource(found, depth)
	}
	return &found
}

// dataSource is the resource of the app that a data source looks up by its name.
func (x *examination) dataSource(found referred, depth int) *referred {
	if !found.resource.isData {
		return nil
	}
	for _, name := range identifiers {
		if value, isText := found.resource.values[name].(string); isText && value != "" {
			return x.sourceOf(found.scope, found.resource, name, value, depth+1)
		}
	}
	return nil
}

// resourceCalled is what AWS knows by a name: a snapshot where the attribute names
// one, since something else may be called the same, otherwise something of the
// same type or of one that a snapshot is of.
func (x *examination) resourceCalled(stack *Stack, near *resource, attribute, name string) *resource {
	kinds := []string{near.kind, "aws_db_instance", "aws_rds_cluster", "aws_docdb_cluster", "aws_neptune_cluster",
		"aws_redshift_cluster", "aws_ebs_volume"}
	if strings.Contains(attribute, "snapshot") {
		kinds = slices.Sorted(maps.Keys(snapshotsOf))
		kinds = slices.DeleteFunc(kinds, func(kind string) bool { return !strings.Contains(kind, "snapshot") })
	}
	for _, kind := range kinds {
		if found := x.byName[stack][kind+" "+name]; found != nil && found != near {
			return found
		}
	}
	return nil
}
