package cmk

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// app is some stacks as JSON, by name in their order.
type app [][2]string

func (a app) stacks(t *testing.T) []*Stack {
	t.Helper()
	var stacks []*Stack
	for _, named := range a {
		var content any
		if err := json.Unmarshal([]byte(named[1]), &content); err != nil {
			t.Fatalf("the stack %s: %v", named[0], err)
		}
		stack, err := NewStack(named[0], content)
		if err != nil {
			t.Fatal(err)
		}
		stacks = append(stacks, stack)
	}
	return stacks
}

func (a app) examine(t *testing.T) Examination {
	t.Helper()
	stacks := a.stacks(t)
	return Examine(stacks, stacks, []string{"alias/*-data-*"}, nil)
}

// issues are "rule stack/address attribute", with "advice" before what is no
// more.
func (a app) issues(t *testing.T) []string {
	t.Helper()
	found := []string{}
	for _, issue := range a.examine(t).Issues {
		text := fmt.Sprintf("%s %s/%s", issue.Rule, issue.Stack, issue.Address)
		if issue.Attribute != "" {
			text += " " + issue.Attribute
		}
		if issue.Advice {
			text = "advice: " + text
		}
		found = append(found, text)
	}
	return found
}

func expect(t *testing.T, a app, want ...string) {
	t.Helper()
	if want == nil {
		want = []string{}
	}
	if diff := cmp.Diff(want, a.issues(t)); diff != "" {
		t.Errorf("issues (-want +got):\n%s", diff)
	}
}

// one is a stack with a key, an alias of it, and what is given besides.
func one(rest string) app { return app{{"s", rest}} }

func TestWhoseKeyAValueIs(t *testing.T) {
	const keys = `"aws_kms_key": {"k": {}, "n": {"count": 2}}, "aws_kms_external_key": {"e": {}}, "aws_kms_replica_key": {"r": {"primary_key_arn": "${aws_kms_key.k.arn}"}},
		"aws_kms_alias": {"a": {"name": "alias/own", "target_key_id": "${aws_kms_key.k.key_id}"}, "lost": {"name": "alias/lost", "target_key_id": "${var.x}"}},
		"aws_sns_topic": {"own": {"kms_master_key_id": "${aws_kms_key.k.id}"}, "theirs": {"kms_master_key_id": "alias/aws/sns"}, "plain": {}}`
	const data = `"data": {"aws_kms_key": {"own": {"key_id": "alias/own"}, "theirs": {"key_id": "alias/aws/s3"}, "var": {"key_id": "${var.k}"}},
		"aws_kms_alias": {"own": {"name": "alias/own"}, "theirs": {"name": "alias/aws/s3"}, "var": {"name": "alias/${var.k}"}}},
		"locals": {"own": "${aws_kms_key.k.arn}", "theirs": "alias/aws/sqs", "loop": "${local.loop}"}`
	const (
		fine   = ""
		none   = "no-key"
		amazon = "aws-managed-key"
		unread = "unread"
	)
	for value, want := range map[string]string{
		`null`:      none,
		`""`:        none,
		`"${null}"`: none,
		`"arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555"`: fine,
		`"arn:aws-cn:kms:cn-north-1:123456789012:alias/own"`:                            fine,
		`"11111111-2222-3333-4444-555555555555"`:                                        fine,
		`"mrk-0123456789abcdef0123456789abcdef"`:                                        fine,
		`"alias/own"`:                                                                   fine,
		`"alias/awsome"`:                                                                fine,
		`"alias/own-${var.env}"`:                                                        fine,
		`"alias/aws/sqs"`:                                                               amazon,
		`"alias/aws/${var.service}"`:                                                    amazon,
		`"arn:aws:kms:us-east-1:123456789012:alias/aws/sqs"`:                            amazon,
		`"arn:aws:kms:${data.aws_region.r.name}:${data.aws_caller_identity.c.account_id}:alias/aws/sqs"`: amazon,
		`"arn:aws:kms:${data.aws_region.r.name}:1:key/11111111-2222-3333-4444-555555555555"`:             fine,
		`"arn:aws:kms:us-east-1:1:key/${aws_kms_key.k.key_id}"`:                                          fine,
		`"arn:aws:kms:us-east-1:1:key/${var.id}"`:                                                        unread,
		`"AWS_OWNED_KMS_KEY"`:                                    amazon,
		`"alias/${var.name}"`:                                    unread,
		`"alias/a${var.name}"`:                                   unread, // could become alias/aws/...
		`"alias/"`:                                               unread,
		`"sqs"`:                                                  unread,
		`true`:                                                   unread,
		`["alias/own"]`:                                          unread,
		`"${aws_kms_key.k.arn}"`:                                 fine,
		`"${aws_kms_key.k.key_id}"`:                              fine,
		`"${aws_kms_key.k.id}"`:                                  fine,
		`"${aws_kms_key.n[0].arn}"`:                              fine,
		`"${aws_kms_key.n[count.index].arn}"`:                    fine,
		`"${aws_kms_key.n[var.i].arn}"`:                          fine,
		`"${aws_kms_external_key.e.arn}"`:                        fine,
		`"${aws_kms_replica_key.r.arn}"`:                         fine,
		`"${aws_kms_key.k.description}"`:                         unread,
		`"${aws_kms_key.gone.arn}"`:                              unread,
		`"${aws_kms_alias.a.arn}"`:                               fine,
		`"${aws_kms_alias.a.name}"`:                              fine,
		`"${aws_kms_alias.a.target_key_arn}"`:                    fine,
		`"${aws_kms_alias.lost.target_key_arn}"`:                 fine,
		`"${aws_kms_alias.a.name_prefix}"`:                       unread,
		`"${data.aws_kms_key.own.arn}"`:                          fine,
		`"${data.aws_kms_key.theirs.arn}"`:                       amazon,
		`"${data.aws_kms_key.var.arn}"`:                          unread,
		`"${data.aws_kms_key.own.description}"`:                  unread,
		`"${data.aws_kms_alias.own.target_key_arn}"`:             fine,
		`"${data.aws_kms_alias.theirs.target_key_arn}"`:          amazon,
		`"${data.aws_kms_alias.var.target_key_arn}"`:             unread,
		`"${data.aws_ebs_default_kms_key.d.key_arn}"`:            unread,
		`"${aws_sns_topic.own.kms_master_key_id}"`:               fine,
		`"${aws_sns_topic.theirs.kms_master_key_id}"`:            amazon,
		`"${aws_sns_topic.own.name}"`:                            unread,
		`"${local.own}"`:                                         fine,
		`"${local.theirs}"`:                                      amazon,
		`"${local.gone}"`:                                        unread,
		`"${local.loop}"`:                                        unread,
		`"${var.key}"`:                                           unread,
		`"${each.value}"`:                                        unread,
		`"${module.keys.arn}"`:                                   unread,
		`"${try(aws_kms_key.k.arn, \"alias/aws/sqs\")}"`:         fine,
		`"${lookup(local.keys, \"a\")}"`:                         unread,
		`"${true ? aws_kms_key.k.arn : \"alias/aws/sqs\"}"`:      fine,
		`"${aws_kms_key.k.arn}${var.suffix}"`:                    unread,
		`"${data.terraform_remote_state.elsewhere.outputs.key}"`: unread,
	} {
		t.Run(value, func(t *testing.T) {
			a := one(`{"resource": {` + keys + `, "aws_sqs_queue": {"q": {"kms_master_key_id": ` + value + `}}}, ` + data + `}`)
			got := "nothing"
			for _, issue := range a.examine(t).Issues {
				if issue.Address == "aws_sqs_queue.q" {
					got = string(issue.Rule)
				}
			}
			if want == "" {
				want = "nothing"
			}
			if got != want {
				t.Errorf("the issue is %s, want %s", got, want)
			}
		})
	}
}

func TestKeysOfOtherStacksAreFollowed(t *testing.T) {
	const producer = `{
		"terraform": {"backend": {"s3": {"bucket": "states", "key": "keys", "region": "us-east-1"}}},
		"resource": {"aws_kms_key": {"k": {}}, "aws_kms_alias": {"a": {"name": "alias/x-data-prod", "target_key_id": "${aws_kms_key.k.key_id}"}}},
		"output": {"key": {"value": "${aws_kms_key.k.arn}"}, "theirs": {"value": "alias/aws/logs"}, "computed": {"value": "${upper(aws_kms_key.k.arn)}"}}}`
	consumer := func(value, data string) string {
		return `{"data": {"terraform_remote_state": {` + data + `}}, "resource": {"aws_cloudwatch_log_group": {"l": {"kms_key_id": "` + value + `"}}}}`
	}
	const (
		byCdktf = `"cross-stack-reference-input-appkeys": {"backend": "s3", "config": {"bucket": "states", "key": "keys"}}`
		byHand  = `"state": {"backend": "s3", "config": {"bucket": "states", "key": "keys", "region": "us-east-1"}}`
		foreign = `"state": {"backend": "s3", "config": {"bucket": "states", "key": "others"}}`
	)
	const state, input = "${data.terraform_remote_state.state.outputs.", "${data.terraform_remote_state.cross-stack-reference-input-appkeys.outputs."
	issue := func(rule string) []string { return []string{rule + " logs/aws_cloudwatch_log_group.l kms_key_id"} }
	for name, c := range map[string]struct {
		value, data string
		want        []string
	}{
		// Its aliases are known, too.
		"CDKTF's own":     {input + "key}", byCdktf, issue("advice: logs-on-data-key")},
		"the same state":  {state + "key}", byHand, issue("advice: logs-on-data-key")},
		"a key of AWS":    {state + "theirs}", byHand, issue("aws-managed-key")},
		"an expression":   {state + "computed}", byHand, issue("unread")},
		"no such output":  {state + "gone}", byHand, issue("unread")},
		"another's state": {state + "key}", foreign, issue("unread")},
		"no such state":   {state + "key}", byCdktf, issue("unread")},
	} {
		t.Run(name, func(t *testing.T) {
			expect(t, app{{"app/keys", producer}, {"logs", consumer(c.value, c.data)}}, c.want...)
		})
	}
}

func TestAKeyMustBeOfTheResourcesRegion(t *testing.T) {
	const (
		known   = `"provider": {"aws": [{"region": "us-east-1"}, {"alias": "dr", "region": "ca-central-1"}, {"alias": "same", "region": "us-east-1"}, {"alias": "var", "region": "${var.region}"}, {"alias": "local", "region": "${local.region}"}]}, "locals": {"region": "ca-central-1"}`
		unknown = `"provider": {"aws": [{}, {"alias": "var", "region": "${var.region}"}]}`
	)
	queue := func(providers, ofQueue, key string) app {
		return one(`{` + providers + `, "resource": {"aws_sqs_queue": {"q": {"provider": "` + ofQueue + `", "kms_master_key_id": "` + key + `"}},
			"aws_kms_key": {"k": {}, "dr": {"provider": "aws.dr"}}, "aws_kms_replica_key": {"r": {"provider": "aws.dr", "primary_key_arn": "${aws_kms_key.k.arn}"}}},
			"data": {"aws_kms_key": {"dr": {"provider": "aws.dr", "key_id": "alias/own"}}, "aws_kms_alias": {"dr": {"provider": "aws.dr", "name": "alias/own"}}}}`)
	}
	for name, c := range map[string]struct {
		app  app
		want string
	}{
		"one provider":                 {queue(known, "aws", "${aws_kms_key.k.arn}"), ""},
		"no provider at all":           {queue(`"locals": {}`, "", "${aws_kms_key.k.arn}"), ""},
		"another Region":               {queue(known, "aws.dr", "${aws_kms_key.k.arn}"), "other-region"},
		"the other way round":          {queue(known, "aws", "${aws_kms_key.dr.arn}"), "other-region"},
		"a local value's":              {queue(known, "aws.local", "${aws_kms_key.k.arn}"), "other-region"},
		"another, same Region":         {queue(known, "aws.same", "${aws_kms_key.k.arn}"), ""},
		"a replica there":              {queue(known, "aws.dr", "${aws_kms_replica_key.r.arn}"), ""},
		"a replica, not here":          {queue(known, "aws", "${aws_kms_replica_key.r.arn}"), "other-region"},
		"a data source there":          {queue(known, "aws", "${data.aws_kms_key.dr.arn}"), "other-region"},
		"an alias there":               {queue(known, "aws", "${data.aws_kms_alias.dr.target_key_arn}"), "other-region"},
		"an ARN of here":               {queue(known, "aws", "arn:aws:kms:us-east-1:1:key/mrk-1"), ""},
		"an ARN of there":              {queue(known, "aws", "arn:aws:kms:eu-west-1:1:key/mrk-1"), "other-region"},
		"an alias ARN of there":        {queue(known, "aws", "arn:aws:kms:eu-west-1:1:alias/own"), "other-region"},
		"an ARN with a Region to come": {queue(known, "aws", "arn:aws:kms:${var.r}:1:alias/own"), ""},
		"an alias name":                {queue(known, "aws.dr", "alias/own"), ""},
		"a provider to come":           {queue(known, "aws.var", "${aws_kms_key.k.arn}"), "unread"},
		"an ARN, provider to come":     {queue(known, "aws.var", "arn:aws:kms:eu-west-1:1:key/mrk-1"), ""},
		"both to come":                 {queue(unknown, "aws.var", "${aws_kms_key.k.arn}"), "unread"},
		"the same to come":             {queue(unknown, "aws", "${aws_kms_key.k.arn}"), ""},
	} {
		t.Run(name, func(t *testing.T) {
			if c.want == "" {
				expect(t, c.app)
			} else {
				expect(t, c.app, c.want+" s/aws_sqs_queue.q kms_master_key_id")
			}
		})
	}
}

func TestReplicasNeedKeysOfTheirOwnRegion(t *testing.T) {
	expect(t, one(`{"provider": {"aws": [{"region": "us-east-1"}, {"alias": "dr", "region": "ca-central-1"}]}, "resource": {
		"aws_kms_key": {"k": {}, "dr": {"provider": "aws.dr"}},
		"aws_dynamodb_table": {"t": {"server_side_encryption": {"enabled": true, "kms_key_arn": "${aws_kms_key.k.arn}"}, "replica": [
			{"region_name": "ca-central-1", "kms_key_arn": "${aws_kms_key.dr.arn}"},
			{"region_name": "eu-west-1", "kms_key_arn": "${aws_kms_key.dr.arn}"},
			{"region_name": "${var.region}", "kms_key_arn": "${aws_kms_key.dr.arn}"},
			{"region_name": "eu-west-2"}]}},
		"aws_secretsmanager_secret": {"s": {"kms_key_id": "${aws_kms_key.k.arn}", "replica": {"region": "ca-central-1", "kms_key_id": "${aws_kms_key.k.arn}"}}},
		"aws_codepipeline": {"p": {"artifact_store": [{"encryption_key": {"id": "${aws_kms_key.k.arn}"}}, {"region": "ca-central-1", "encryption_key": {"id": "${aws_kms_key.k.arn}"}}]}},
		"aws_cloudtrail": {"t": {"kms_key_id": "${aws_kms_key.dr.arn}"}}}}`),
		"other-region s/aws_codepipeline.p artifact_store[1].encryption_key.id",
		"other-region s/aws_dynamodb_table.t replica[1].kms_key_arn",
		"unread s/aws_dynamodb_table.t replica[2].kms_key_arn",
		"no-key s/aws_dynamodb_table.t replica[3].kms_key_arn",
		"other-region s/aws_secretsmanager_secret.s replica.kms_key_id")
}

func TestBlocksThatTerraformMakes(t *testing.T) {
	table := func(rest string) app {
		return one(`{"resource": {"aws_kms_key": {"k": {}}, "aws_dynamodb_table": {"t": ` + rest + `}}}`)
	}
	const sse = `"content": {"enabled": true, "kms_key_arn": "${aws_kms_key.k.arn}"}`
	const own = `"server_side_encryption": {"enabled": true, "kms_key_arn": "${aws_kms_key.k.arn}"}`
	for name, c := range map[string]struct {
		app  app
		want []string
	}{
		"a dynamic block that may be empty": {table(`{"dynamic": {"server_side_encryption": {"for_each": "${var.keys}", ` + sse + `}}}`),
			[]string{"unread s/aws_dynamodb_table.t server_side_encryption.kms_key_arn"}},
		"one that is there": {table(`{"dynamic": {"server_side_encryption": {"for_each": [1], ` + sse + `}}}`), nil},
		"one that is not": {table(`{"dynamic": {"server_side_encryption": [{"for_each": [], ` + sse + `}]}}`),
			[]string{"no-key s/aws_dynamodb_table.t server_side_encryption.kms_key_arn"}},
		"an expression": {table(`{"server_side_encryption": "${var.blocks}"}`),
			[]string{"unread s/aws_dynamodb_table.t server_side_encryption.kms_key_arn"}},
		"a dynamic feature is read": {table(`{` + own + `, "dynamic": {"replica": {"for_each": "${var.regions}", "content": {"region_name": "${replica.value}"}}}}`),
			[]string{"no-key s/aws_dynamodb_table.t replica.kms_key_arn"}},
		"a feature by expression": {table(`{` + own + `, "replica": "${var.replicas}"}`),
			[]string{"unread s/aws_dynamodb_table.t replica.kms_key_arn"}},
	} {
		t.Run(name, func(t *testing.T) { expect(t, c.app, c.want...) })
	}
}

func TestCopiesTakeTheKeyOfWhatIsExamined(t *testing.T) {
	expect(t, one(`{"resource": {"aws_kms_key": {"k": {}}, "aws_db_instance": {
		"main": {"storage_encrypted": true, "kms_key_id": "${aws_kms_key.k.arn}"},
		"reader": {"replicate_source_db": "${aws_db_instance.main.identifier}"},
		"restored": {"restore_to_point_in_time": {"source_db_instance_identifier": "${aws_db_instance.main.identifier}"}},
		"foreign": {"replicate_source_db": "arn:aws:rds:eu-west-1:1:db:main"},
		"snapshot": {"snapshot_identifier": "${data.aws_db_snapshot.s.id}"}}},
		"data": {"aws_db_snapshot": {"s": {}}}}`),
		"no-key s/aws_db_instance.foreign kms_key_id", "unread s/aws_db_instance.snapshot snapshot_identifier")
}

func TestVolumesMayHaveTheAccountsKey(t *testing.T) {
	const (
		byDefault = `"aws_ebs_encryption_by_default": {"e": {}},`
		off       = `"aws_ebs_encryption_by_default": {"e": {"enabled": false}},`
		ownKey    = `"aws_ebs_default_kms_key": {"d": {"key_arn": "${aws_kms_key.k.arn}"}},`
		elsewhere = `"aws_ebs_default_kms_key": {"d": {"provider": "aws.dr", "key_arn": "arn:aws:kms:ca-central-1:1:key/mrk-1"}},`
	)
	volumes := func(settings string) app {
		return one(`{"provider": {"aws": [{"region": "us-east-1"}, {"alias": "dr", "region": "ca-central-1"}]}, "resource": {` + settings + `"aws_kms_key": {"k": {}},
			"aws_ebs_volume": {"bare": {}, "encrypted": {"encrypted": true}, "keyed": {"kms_key_id": "${aws_kms_key.k.arn}"}},
			"aws_instance": {"bare": {}},
			"aws_launch_configuration": {"c": {"root_block_device": {"encrypted": true}, "ebs_block_device": [{"encrypted": true}]}}}}`)
	}
	const bare, encrypted, keyed, instance, launch = "no-key s/aws_ebs_volume.bare kms_key_id", "no-key s/aws_ebs_volume.encrypted kms_key_id",
		"no-key s/aws_ebs_volume.keyed kms_key_id", "no-key s/aws_instance.bare root_block_device.kms_key_id", "no-key s/aws_launch_configuration.c root_block_device.encrypted"
	for name, c := range map[string]struct {
		settings string
		want     []string
	}{
		"neither":         {"", []string{bare, encrypted, keyed, instance, launch}},
		"both":            {byDefault + ownKey, nil},
		"a key only":      {ownKey, []string{bare, keyed, instance}},
		"encryption only": {byDefault, []string{bare, encrypted, instance, launch}},
		"elsewhere":       {byDefault + elsewhere, []string{bare, encrypted, instance, launch}},
		"off":             {off + ownKey, []string{"no-key s/aws_ebs_encryption_by_default.e enabled", bare, keyed, instance}},
	} {
		t.Run(name, func(t *testing.T) { expect(t, volumes(c.settings), c.want...) })
	}
}

func TestModulesAreUnread(t *testing.T) {
	expect(t, one(`{"module": {"vpc": {"source": "x"}}}`), "unread s/module.vpc")
}

func TestWhatIsNoStackIsRefused(t *testing.T) {
	if _, err := NewStack("s", []any{}); err == nil || err.Error() != "the stack s is a []interface {}, not an object of Terraform's JSON" {
		t.Errorf("the error is %v", err)
	}
}

func TestResourcesAreCounted(t *testing.T) {
	found := one(`{"resource": {"aws_sqs_queue": {"a": {}, "b": {}}, "aws_kms_key": {"k": {}}, "aws_vpc": {"v": {}}}}`).examine(t)
	if found.Resources != 4 || found.Storing != 2 {
		t.Errorf("%d resources, %d storing, want 4 and 2", found.Resources, found.Storing)
	}
}
