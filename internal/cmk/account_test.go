package cmk

import (
	"bytes"
	"testing"
)

// A setting of the account counts wherever the configuration shows that it is of
// the same account and Region, and is unread where it may be.
func TestTheAccountsKeyThroughAnotherProvider(t *testing.T) {
	const found, open = "no-key", "unread"
	app := func(version, providers, settings, volume string) app {
		return one(`{"terraform": {"required_providers": {"aws": {"source": "hashicorp/aws", "version": "` + version + `"}}}, "provider": {"aws": [` + providers + `]}, "resource": {
			"aws_ebs_default_kms_key": {"d": {"provider": "aws.x", ` + settings + `"key_arn": "alias/own"}},
			"aws_ebs_volume": {"v": {` + volume + `"encrypted": true}}}}`)
	}
	for name, c := range map[string]struct{ providers, want string }{
		"the same in all that decides":     {`{"region": "us-east-1", "max_retries": 3}, {"alias": "x", "region": "us-east-1", "default_tags": {"tags": {"a": "b"}}}`, ""},
		"no Region, in both":               {`{}, {"alias": "x"}`, ""},
		"no configuration without alias":   {`{"alias": "x"}`, ""},
		"no Region, in one":                {`{}, {"alias": "x", "region": "us-east-1"}`, open},
		"one expression":                   {`{"region": "${var.r}", "profile": "${var.p}"}, {"alias": "x", "region": "${var.r}", "profile": "${var.p}"}`, ""},
		"a local value":                    {`{"region": "us-east-1"}, {"alias": "x", "region": "us-${\"east\"}-1"}`, ""},
		"another expression":               {`{"region": "${var.r}"}, {"alias": "x", "region": "${var.s}"}`, open},
		"another Region":                   {`{"region": "us-east-1"}, {"alias": "x", "region": "us-east-2"}`, found},
		"another profile":                  {`{"region": "us-east-1", "profile": "a"}, {"alias": "x", "region": "us-east-1", "profile": "b"}`, open},
		"another profile, another Region":  {`{"region": "us-east-1", "profile": "a"}, {"alias": "x", "region": "us-east-2", "profile": "b"}`, found},
		"a profile in one":                 {`{"region": "us-east-1", "profile": "a"}, {"alias": "x", "region": "us-east-1"}`, open},
		"an argument that is not known":    {`{"region": "us-east-1", "new_credentials": "a"}, {"alias": "x", "region": "us-east-1", "new_credentials": "b"}`, open},
		"null, written or not":             {`{"region": "us-east-1", "profile": null}, {"alias": "x", "region": "us-east-1"}`, ""},
		"roles of one account":             {`{"region": "us-east-1", "allowed_account_ids": null, "assume_role": {"role_arn": "arn:aws:iam::111122223333:role/a"}}, {"alias": "x", "region": "us-east-1", "assume_role": [{"role_arn": "arn:aws:iam::999999999999:role/hop"}, {"role_arn": "arn:aws:iam::111122223333:role/b"}]}`, ""},
		"roles of two accounts":            {`{"region": "us-east-1", "assume_role": {"role_arn": "arn:aws:iam::111122223333:role/a"}}, {"alias": "x", "region": "us-east-1", "assume_role_with_web_identity": {"role_arn": "arn:aws:iam::444455556666:role/a"}}`, found},
		"a role that is not known":         {`{"region": "us-east-1", "assume_role": {"role_arn": "arn:aws:iam::111122223333:role/a"}}, {"alias": "x", "region": "us-east-1", "assume_role": {"role_arn": "${var.role}"}}`, open},
		"a role that may be assumed":       {`{"region": "us-east-1", "assume_role": {"role_arn": "arn:aws:iam::111122223333:role/a"}}, {"alias": "x", "region": "us-east-1", "assume_role": {"role_arn": "arn:aws:iam::111122223333:role/a"}, "dynamic": {"assume_role": {"for_each": "${var.hops}", "content": {"role_arn": "${assume_role.value}"}}}}`, open},
		"roles of one account, no Regions": {`{"assume_role": {"role_arn": "arn:aws:iam::111122223333:role/a"}}, {"alias": "x", "assume_role": {"role_arn": "arn:aws:iam::111122223333:role/b"}}`, open},
		"one account allowed":              {`{"region": "us-east-1", "profile": "a", "allowed_account_ids": ["111122223333"]}, {"alias": "x", "region": "us-east-1", "profile": "b", "allowed_account_ids": ["111122223333"]}`, ""},
		"another account allowed":          {`{"region": "us-east-1", "allowed_account_ids": ["111122223333"]}, {"alias": "x", "region": "us-east-1", "allowed_account_ids": ["444455556666"]}`, found},
		"several accounts allowed":         {`{"region": "us-east-1", "profile": "a", "allowed_account_ids": ["111122223333", "444455556666"]}, {"alias": "x", "region": "us-east-1", "profile": "b", "allowed_account_ids": ["111122223333"]}`, open},
		"an account that is not known":     {`{"region": "us-east-1", "profile": "a", "allowed_account_ids": ["${var.a}"]}, {"alias": "x", "region": "us-east-1", "profile": "b", "allowed_account_ids": ["111122223333"]}`, open},
		"a provider that is not there":     {`{}`, open},
	} {
		t.Run(name, func(t *testing.T) {
			want := []string(nil)
			if c.want != "" {
				want = []string{c.want + " s/aws_ebs_volume.v kms_key_id"}
			}
			expect(t, app("5.100.0", c.providers, "", ""), want...)
		})
	}
	const providers = `{"region": "us-east-1"}, {"alias": "x", "region": "us-east-1"}`
	for name, c := range map[string]struct{ settings, volume, want string }{
		"a Region of its own":                {``, `"region": "us-east-2", `, found},
		"both of one Region":                 {`"region": "us-east-2", `, `"region": "us-east-2", `, ""},
		"a Region of a variable":             {``, `"region": "${var.r}", `, open},
		"one variable":                       {`"region": "${var.r}", `, `"region": "${var.r}", `, ""},
		"each Region":                        {`"for_each": "${toset([\"us-east-1\", \"us-east-2\"])}", "region": "${each.value}", `, `"region": "us-east-2", `, ""},
		"each Region but that":               {`"for_each": "${toset([\"us-east-1\", \"us-east-2\"])}", "region": "${each.value}", `, `"region": "eu-west-1", `, found},
		"each of the same":                   {`"for_each": "${var.regions}", "region": "${each.value}", `, `"for_each": "${var.regions}", "region": "${each.value}", `, ""},
		"each of others":                     {`"for_each": "${var.regions}", "region": "${each.value}", `, `"for_each": "${var.others}", "region": "${each.value}", `, open},
		"each of others, as many":            {`"for_each": "${{a = var.r}}", "region": "${each.value}", `, `"for_each": "${{a = var.s}}", "region": "${each.value}", `, open},
		"each, all in one Region":            {`"region": "${var.r}", `, `"for_each": "${var.names}", "region": "${var.r}", `, ""},
		"there as often":                     {`"count": "${var.n}", `, `"count": "${var.n}", `, ""},
		"there as something else says":       {`"count": "${var.n}", `, `"count": "${var.m}", `, open},
		"volumes in each Region, one of two": {`"region": "us-east-2", `, `"for_each": "${toset([\"us-east-1\", \"us-east-2\"])}", "region": "${each.value}", `, found},
	} {
		t.Run(name, func(t *testing.T) {
			want := []string(nil)
			if c.want != "" {
				want = []string{c.want + " s/aws_ebs_volume.v kms_key_id"}
			}
			expect(t, app("6.25.0", providers, c.settings, c.volume), want...)
		})
	}
}

// Of two settings of one place, which may be in two states of the work, both must
// be right; what only may be there changes nothing that is known.
func TestSeveralSettingsOfTheAccount(t *testing.T) {
	app := func(more string) app {
		return one(`{"provider": {"aws": [{"region": "us-east-1"}, {"alias": "x", "region": "us-east-1"}, {"alias": "p", "region": "us-east-1", "profile": "p"}]}, "resource": {
			"aws_ebs_default_kms_key": {` + more + `}, "aws_elastic_beanstalk_environment": {"e": {}}, "aws_ebs_encryption_by_default": {"e": {}}}}`)
	}
	const own, theirs = `"a": {"key_arn": "alias/own"}`, `"b": {"provider": "aws.x", "key_arn": "alias/aws/ebs"}`
	const found = "aws_elastic_beanstalk_environment.e"
	expect(t, app(`"b": {"provider": "aws.p", "key_arn": "alias/aws/ebs"}`), "aws-managed-key s/aws_ebs_default_kms_key.b key_arn", "no-key s/"+found)
	expect(t, app(own+`, "b": {"provider": "aws.x", "key_arn": "alias/other"}`))
	expect(t, app(own+`, "b": {"provider": "aws.p", "key_arn": "${var.key}"}`), "unread s/aws_ebs_default_kms_key.b key_arn")
	expect(t, app(own+`, `+theirs), "aws-managed-key s/aws_ebs_default_kms_key.b key_arn", "unread s/"+found)
	expect(t, app(theirs), "aws-managed-key s/aws_ebs_default_kms_key.b key_arn", "no-key s/"+found)
	expect(t, app(theirs+`, "c": {"provider": "aws.p", "key_arn": "alias/own"}`), "aws-managed-key s/aws_ebs_default_kms_key.b key_arn", "unread s/"+found)
}

func TestTheAccountsKeyInAPlan(t *testing.T) {
	constant := func(value any) object { return object{"constant_value": value} }
	refers := func(reference string) object { return object{"references": []any{reference}} }
	for name, c := range map[string]struct {
		a, b object
		want []string
	}{
		"written alike":            {object{"region": constant("us-east-1")}, object{"region": constant("us-east-1"), "max_retries": constant(3)}, nil},
		"a Region of a variable":   {object{"region": constant("us-east-1")}, object{"region": refers("var.region")}, nil},
		"a Region made of two":     {object{"region": constant("us-east-1")}, object{"region": object{"references": []any{"var.region", "var.geo"}}}, []string{"unread"}},
		"a Region made of one":     {object{"region": refers("var.geo")}, object{"region": refers("var.geo")}, []string{"unread"}},
		"a profile made of one":    {object{"region": constant("us-east-1"), "profile": refers("var.org")}, object{"region": constant("us-east-1"), "profile": refers("var.org")}, []string{"unread"}},
		"roles of one account":     {object{"region": constant("us-east-1"), "assume_role": []any{object{"role_arn": constant("arn:aws:iam::111122223333:role/a")}}}, object{"region": constant("us-east-1"), "assume_role": []any{object{"role_arn": constant("arn:aws:iam::111122223333:role/b")}}}, nil},
		"roles of two accounts":    {object{"region": constant("us-east-1"), "assume_role": []any{object{"role_arn": constant("arn:aws:iam::111122223333:role/a")}}}, object{"region": constant("us-east-1"), "assume_role": []any{object{"role_arn": constant("arn:aws:iam::444455556666:role/a")}}}, []string{"no-key"}},
		"a role that is not known": {object{"region": constant("us-east-1"), "assume_role": []any{object{"role_arn": refers("var.org")}}}, object{"region": constant("us-east-1"), "assume_role": []any{object{"role_arn": refers("var.org")}}}, []string{"unread"}},
	} {
		t.Run(name, func(t *testing.T) {
			planFor := func(module string, key string) []byte {
				at := func(name string) object {
					return object{"address": "aws_ebs_default_kms_key." + name, "mode": "managed", "type": "aws_ebs_default_kms_key", "name": name}
				}
				setting := planned("aws_ebs_default_kms_key", "d", nil, object{"key_arn": "arn:aws:kms:us-east-1:111122223333:key/11111111-1111-1111-1111-111111111111"})
				configured := at("d")
				configured["provider_config_key"], configured["expressions"] = key, object{"key_arn": constant("arn:aws:kms:us-east-1:111122223333:key/11111111-1111-1111-1111-111111111111")}
				other := object{"name": "aws", "alias": "x", "full_name": "registry/hashicorp/aws", "expressions": c.b}
				if module != "" {
					other["module_address"] = module
				}
				return asJson(t, object{"format_version": "1.2",
					"variables":      object{"region": object{"value": "us-east-1"}, "geo": object{"value": "us-east"}, "org": object{"value": "arn:aws:iam::111122223333:role/a"}},
					"planned_values": object{"root_module": object{"resources": []any{setting, planned("aws_ebs_volume", "v", nil, object{"encrypted": true})}}},
					"configuration": object{"provider_config": object{"aws": object{"name": "aws", "full_name": "registry/hashicorp/aws", "version_constraint": "5.100.0", "expressions": c.a}, key: other},
						"root_module": object{"resources": []any{configured,
							object{"address": "aws_ebs_volume.v", "mode": "managed", "type": "aws_ebs_volume", "name": "v", "provider_config_key": "aws", "expressions": object{"encrypted": constant(true)}}}}},
				})
			}
			var want []string
			for _, rule := range c.want {
				want = append(want, rule+" aws_ebs_volume.v kms_key_id")
			}
			expectRead(t, planFor("", "aws.x"), want...)
			if name == "a role that is not known" {
				expectRead(t, planFor("", "aws")) // one provider
			}
			// From which variables the provider of a module comes a plan does not say.
			if name == "a Region of a variable" {
				expectRead(t, planFor("module.m", "module.m:aws.x"), "unread aws_ebs_volume.v kms_key_id")
			}
		})
	}
}

// A state does not say which provider a resource has.
func TestTheAccountsKeyInAState(t *testing.T) {
	state := func(arns ...string) []byte {
		resources := []any{
			planned("aws_ebs_default_kms_key", "d", nil, object{"key_arn": "arn:aws:kms:us-east-1:111122223333:key/11111111-1111-1111-1111-111111111111"}),
			planned("aws_ebs_encryption_by_default", "d", nil, object{"enabled": true}),
			planned("aws_kms_key", "k", nil, object{"arn": "arn:aws:kms:us-east-1:111122223333:key/11111111-1111-1111-1111-111111111111"}),
			planned("aws_cloud9_environment_ec2", "c", nil, object{"arn": "arn:aws:cloud9:us-east-1:111122223333:environment:1"}),
		}
		children := []any{}
		for i, arn := range arns {
			children = append(children, object{"address": "module.m" + string(rune('a'+i)), "resources": []any{
				planned("aws_iam_role", "r", nil, object{"arn": arn, "permissions_boundary": "arn:aws:iam::999999999999:policy/p"})}})
		}
		return asJson(t, object{"format_version": "1.0", "values": object{"root_module": object{"resources": resources, "child_modules": children}}})
	}
	expectRead(t, state())
	elsewhere := state("arn:aws:sns:us-east-2:111122223333:t")
	expectRead(t, bytes.Replace(elsewhere, []byte(`"mode":"managed","name":"r"`), []byte(`"mode":"data","name":"r"`), 1))
	expectRead(t, state("arn:aws:iam::111122223333:role/r"))
	expectRead(t, elsewhere, "unread aws_cloud9_environment_ec2.c ")
	expectRead(t, state("arn:aws:iam::444455556666:role/r"), "unread aws_cloud9_environment_ec2.c ")
}

// What a template makes has the providers of the stack, what a module of a plan
// makes those that the root gives it.
func TestTheAccountsKeyFromElsewhere(t *testing.T) {
	expect(t, one(`{"provider": {"aws": [{"region": "us-east-1"}, {"alias": "x", "region": "us-east-1"}, {"alias": "p", "region": "us-east-1", "profile": "p"}]}, "resource": {
		"aws_ebs_default_kms_key": {"d": {"provider": "aws.x", "key_arn": "alias/own"}},
		"aws_cloudformation_stack": {
			"a": {"template_body": "{\"Resources\": {\"V\": {\"Type\": \"AWS::EC2::Volume\", \"Properties\": {\"Encrypted\": true}}}}"},
			"b": {"provider": "aws.p", "template_body": "{\"Resources\": {\"V\": {\"Type\": \"AWS::EC2::Volume\", \"Properties\": {\"Encrypted\": true}}}}"}}}}`),
		"unread s/aws_cloudformation_stack.b template_body.V.kms_key_id")
	const own = "arn:aws:kms:us-east-1:111122223333:key/11111111-1111-1111-1111-111111111111"
	configured := func(kind, name, provider string, expressions object) object {
		return object{"address": kind + "." + name, "mode": "managed", "type": kind, "name": name, "provider_config_key": provider, "expressions": expressions}
	}
	volume := planned("aws_ebs_volume", "v", nil, object{"encrypted": true})
	volume["address"] = "module.m.aws_ebs_volume.v"
	region := object{"region": object{"constant_value": "us-east-1"}}
	expectRead(t, asJson(t, object{"format_version": "1.2",
		"planned_values": object{"root_module": object{
			"resources":     []any{planned("aws_ebs_default_kms_key", "d", nil, object{"key_arn": own})},
			"child_modules": []any{object{"address": "module.m", "resources": []any{volume}}}}},
		"configuration": object{
			"provider_config": object{"aws": object{"name": "aws", "expressions": region}, "aws.x": object{"name": "aws", "alias": "x", "expressions": region}},
			"root_module": object{
				"resources": []any{configured("aws_ebs_default_kms_key", "d", "aws.x", object{"key_arn": object{"constant_value": own}})},
				"module_calls": object{"m": object{"source": "./m", "module": object{"resources": []any{
					configured("aws_ebs_volume", "v", "aws", object{"encrypted": object{"constant_value": true}})}}}}}}}))
}
