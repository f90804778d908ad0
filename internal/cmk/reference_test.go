package cmk

import "testing"

// A reference is followed in the stack where it is written, wherever its value
// goes, and to the instance that it names.
func TestReferencesLeadFromWhereTheyAreWritten(t *testing.T) {
	const signing = `"aws_kms_key": {"k": {"key_usage": "SIGN_VERIFY"}}`
	const state = `"data": {"terraform_remote_state": {"a": {"backend": "local", "config": {"path": "a.tfstate"}}, "b": {"backend": "local", "config": {"path": "b.tfstate"}}}}`
	backend := func(name string) string {
		return `"terraform": {"backend": {"local": {"path": "` + name + `.tfstate"}}}`
	}
	for name, c := range map[string]struct {
		app  app
		want []string
	}{
		"all keys of another stack": {app{
			{"a", `{` + backend("a") + `, "resource": {"aws_kms_key": {"k": {"count": 2}}}, "output": {"keys": {"value": "${aws_kms_key.k[*].arn}"}}}`},
			{"s", `{` + backend("s") + `, ` + state + `, "resource": {` + signing + `, "aws_sqs_queue": {"q": {"kms_master_key_id": "${data.terraform_remote_state.a.outputs.keys[1]}"}, "missing": {"kms_master_key_id": "${try(data.terraform_remote_state.a.outputs.keys[2], \"alias/aws/sqs\")}"}}}}`}},
			[]string{"aws-managed-key s/aws_sqs_queue.missing kms_master_key_id"}},
		"a queue for each key of another stack": {app{
			{"a", `{` + backend("a") + `, "resource": {"aws_kms_key": {"k": {"for_each": "${toset([\"x\"])}"}}}, "output": {"keys": {"value": "${aws_kms_key.k}"}}}`},
			{"s", `{` + backend("s") + `, ` + state + `, "resource": {` + signing + `, "aws_sqs_queue": {"q": {"for_each": "${data.terraform_remote_state.a.outputs.keys}", "kms_master_key_id": "${each.value.arn}"}}}}`}}, nil},
		"a whole key of another stack": {app{
			{"a", `{` + backend("a") + `, "resource": {"aws_kms_key": {"k": {}}}, "output": {"key": {"value": "${aws_kms_key.k}"}}}`},
			{"s", `{` + backend("s") + `, ` + state + `, "resource": {` + signing + `, "aws_sqs_queue": {"q": {"kms_master_key_id": "${data.terraform_remote_state.a.outputs.key.arn}"}}}}`}}, nil},
		"all outputs, handed on by another stack": {app{
			{"a", `{` + backend("a") + `, "resource": {"aws_kms_key": {"k": {}}}, "output": {"key": {"value": "${aws_kms_key.k.arn}"}}}`},
			{"b", `{` + backend("b") + `, "data": {"terraform_remote_state": {"x": {"backend": "local", "config": {"path": "a.tfstate"}}}}, "output": {"all": {"value": "${data.terraform_remote_state.x.outputs}"}}, "resource": {` + signing + `}}`},
			{"s", `{` + backend("s") + `, ` + state + `, "resource": {` + signing + `, "aws_sqs_queue": {"q": {"kms_master_key_id": "${data.terraform_remote_state.b.outputs.all.key}"}}}}`}}, nil},
		"instances": {one(`{"resource": {"aws_kms_key": {"two": {"count": 2}, "none": {"count": 0}, "some": {"count": "${var.n}"}, "named": {"for_each": "${toset([\"a\"])}"}}, "aws_sqs_queue": {
			"there": {"kms_master_key_id": "${try(aws_kms_key.two[1].arn, \"alias/aws/sqs\")}"},
			"missing": {"kms_master_key_id": "${try(aws_kms_key.two[2].arn, \"alias/aws/sqs\")}"},
			"of_none": {"kms_master_key_id": "${try(aws_kms_key.none[var.i].arn, \"alias/aws/sqs\")}"},
			"not_named": {"kms_master_key_id": "${try(aws_kms_key.named[\"b\"].arn, \"alias/aws/sqs\")}"},
			"named": {"kms_master_key_id": "${try(aws_kms_key.named[\"a\"].arn, \"alias/aws/sqs\")}"},
			"any": {"kms_master_key_id": "${aws_kms_key.two[var.i].arn}"},
			"of_any": {"kms_master_key_id": "${try(aws_kms_key.two[var.i].arn, \"alias/aws/sqs\")}"},
			"of_some_or_theirs": {"kms_master_key_id": "${try(aws_kms_key.some[0].arn, \"alias/aws/sqs\")}"},
			"of_some_or_none": {"kms_master_key_id": "${try(aws_kms_key.some[0].arn, null)}"},
			"of_some_or_own": {"kms_master_key_id": "${try(aws_kms_key.some[0].arn, aws_kms_key.two[0].arn)}"},
			"as_often": {"count": "${var.n}", "kms_master_key_id": "${try(aws_kms_key.some[count.index].arn, null)}"},
			"less_often": {"count": "${var.m}", "kms_master_key_id": "${try(aws_kms_key.some[count.index].arn, null)}"},
			"by_condition": {"kms_master_key_id": "${var.n > 0 ? aws_kms_key.some[0].arn : aws_kms_key.two[0].arn}"},
			"in_a_text": {"kms_master_key_id": "arn:aws:kms:eu-west-1:111122223333:key/${aws_kms_key.some[0].id}"},
			"first_of_all": {"kms_master_key_id": "${concat(aws_kms_key.some[*].arn, [\"alias/aws/sqs\"])[0]}"},
			"first_of_flat": {"kms_master_key_id": "${flatten([aws_kms_key.some[*].arn, \"alias/aws/sqs\"])[0]}"},
			"first_own": {"kms_master_key_id": "${concat(aws_kms_key.two[*].arn, aws_kms_key.some[*].arn, [\"alias/aws/sqs\"])[1]}"},
			"of_some": {"kms_master_key_id": "${aws_kms_key.some[0].arn}"}}}}`),
			[]string{"unread s/aws_sqs_queue.first_of_all kms_master_key_id", "unread s/aws_sqs_queue.first_of_flat kms_master_key_id", "unread s/aws_sqs_queue.less_often kms_master_key_id", "aws-managed-key s/aws_sqs_queue.missing kms_master_key_id", "aws-managed-key s/aws_sqs_queue.not_named kms_master_key_id", "unread s/aws_sqs_queue.of_any kms_master_key_id",
				"aws-managed-key s/aws_sqs_queue.of_none kms_master_key_id", "unread s/aws_sqs_queue.of_some_or_none kms_master_key_id", "unread s/aws_sqs_queue.of_some_or_theirs kms_master_key_id"}},
	} {
		t.Run(name, func(t *testing.T) { expect(t, c.app, c.want...) })
	}
}

// What a module of a plan is given leads from its caller.
func TestModulesAreGivenOtherModules(t *testing.T) {
	refers := func(references ...any) object { return object{"references": references} }
	for name, c := range map[string]struct {
		index, call string
		argument    object
		reference   []any
	}{
		"one":           {"", "", refers("module.keys"), []any{"var.key.arn", "var.key"}},
		"one of a list": {"[0]", "count_expression", refers("module.keys[0]", "module.keys"), []any{"var.key.arn", "var.key"}},
		"one of a map":  {`["a"]`, "for_each_expression", refers(`module.keys["a"]`, "module.keys"), []any{"var.key.arn", "var.key"}},
	} {
		t.Run(name, func(t *testing.T) {
			key := planned("aws_kms_key", "k", nil, object{"is_enabled": true, "key_usage": "ENCRYPT_DECRYPT"})
			key["address"] = "module.keys" + c.index + ".aws_kms_key.k"
			queue := planned("aws_sqs_queue", "q", nil, object{})
			queue["address"] = "module.queues.aws_sqs_queue.q"
			keys := object{"source": "./keys", "module": object{
				"outputs":   object{"arn": object{"expression": refers("aws_kms_key.k.arn", "aws_kms_key.k")}},
				"resources": []any{object{"address": "aws_kms_key.k", "mode": "managed", "type": "aws_kms_key", "name": "k", "expressions": object{}}}}}
			if c.call != "" {
				keys[c.call] = object{"constant_value": 1}
			}
			expectRead(t, asJson(t, object{"format_version": "1.2",
				"planned_values": object{"root_module": object{"child_modules": []any{
					object{"address": "module.keys" + c.index, "resources": []any{key}},
					object{"address": "module.queues", "resources": []any{queue}}}}},
				"resource_changes": []any{object{"address": "module.queues.aws_sqs_queue.q", "type": "aws_sqs_queue", "change": object{"actions": []any{"create"}, "after_unknown": object{"kms_master_key_id": true}}}},
				"configuration": object{"root_module": object{"module_calls": object{"keys": keys,
					"queues": object{"source": "./queues", "expressions": object{"key": c.argument}, "module": object{
						"variables": object{"key": object{}},
						"resources": []any{object{"address": "aws_sqs_queue.q", "mode": "managed", "type": "aws_sqs_queue", "name": "q", "expressions": object{"kms_master_key_id": refers(c.reference...)}}}}}}}}}))
		})
	}
}

// Version 6 gives each instance a Region; one key of several is not in each.
func TestOneOfSeveralKeysIsInOneRegion(t *testing.T) {
	expect(t, one(`{"terraform": {"required_providers": {"aws": {"source": "hashicorp/aws", "version": "6.25.0"}}}, "resource": {
		"aws_kms_key": {"k": {"for_each": "${toset(var.regions)}", "region": "${each.value}"}},
		"aws_sqs_queue": {
			"each": {"for_each": "${toset(var.regions)}", "region": "${each.value}", "kms_master_key_id": "${aws_kms_key.k[each.key].arn}"},
			"one": {"for_each": "${toset(var.regions)}", "region": "${each.value}", "kms_master_key_id": "${aws_kms_key.k[\"eu-west-1\"].arn}"}}}}`),
		"unread s/aws_sqs_queue.one kms_master_key_id")
}
