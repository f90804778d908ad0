package keypolicy

import (
	"reflect"
	"strings"
	"testing"
)

func TestParseForms(t *testing.T) {
	tests := map[string]struct {
		policy string
		want   Document
	}{
		"single forms": {
			`{"Version": "2012-10-17", "Id": "a", "Statement": {"Sid": "S", "Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "kms:Decrypt", "Resource": "*",
			  "Condition": {"Bool": {"kms:GrantIsForAWSResource": true}, "NumericLessThan": {"kms:ScheduleKeyDeletionPendingWindowInDays": 30}}}}`,
			Document{Id: "a", Statements: []Statement{{Sid: "S", Effect: Allow, Principals: []Principal{AwsPrincipal("111122223333")}, Actions: []string{"kms:Decrypt"},
				Conditions: []Condition{when("Bool", "kms:GrantIsForAWSResource", "true"), when("NumericLessThan", "kms:ScheduleKeyDeletionPendingWindowInDays", "30")}}}},
		},
		"lists": {
			`{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Principal": {"Service": ["b.amazonaws.com", "a.amazonaws.com"], "AWS": ["*"]}, "Action": ["kms:B", "kms:A", "kms:A"], "Resource": ["*"]}]}`,
			Document{Statements: []Statement{{Effect: Deny, Principals: []Principal{Everyone(), ServicePrincipal("a.amazonaws.com"), ServicePrincipal("b.amazonaws.com")}, Actions: []string{"kms:A", "kms:B"}}}},
		},
		"everyone": {
			`{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}}`,
			Document{Statements: []Statement{{Effect: Allow, Principals: []Principal{Everyone()}, Actions: []string{"*"}}}},
		},
		"opposites": {
			`{"Version": "2008-10-17", "Statement": {"Effect": "Deny", "NotPrincipal": {"Federated": "x", "CanonicalUser": "y"}, "NotAction": "kms:A", "NotResource": "arn:aws:kms:*:*:key/*"}}`,
			Document{Version: OldVersion, Statements: []Statement{{Effect: Deny, NotPrincipals: []Principal{{PrincipalCanonicalUser, "y"}, {PrincipalFederated, "x"}},
				NotActions: []string{"kms:A"}, NotResources: []string{"arn:aws:kms:*:*:key/*"}}}},
		},
		"no version is the old one": {
			`{"Statement": {"Effect": "Allow", "Action": "kms:A", "Resource": "arn:aws:kms:*:*:key/1"}}`,
			Document{Version: OldVersion, Statements: []Statement{{Effect: Allow, Actions: []string{"kms:A"}, Resources: []string{"arn:aws:kms:*:*:key/1"}}}},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := mustParse(t, test.policy)
			if !reflect.DeepEqual(got, test.want) {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
			again := mustParse(t, got.Indented())
			if !reflect.DeepEqual(again, got) {
				t.Errorf("parsed again: %+v, want %+v", again, got)
			}
		})
	}
}

func TestParseErrors(t *testing.T) {
	in := func(elements string) string {
		return `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "kms:A", "Resource": "*"}, {"Sid": "S", ` + elements + `}]}`
	}
	tests := map[string]struct{ policy, want string }{
		"empty":              {``, "is not valid JSON: it ends early"},
		"cut":                {`{"Version": "2012-10-17", "Statement": [`, "it ends early"},
		"no JSON":            {`resource "aws_kms_key" {}`, "is not valid JSON"},
		"list":               {`[]`, "the policy is a list; must be an object"},
		"text":               {`"{}"`, `the policy is "{}"; must be an object`},
		"two values":         {`{} {}`, "holds more than one JSON value"},
		"no statement":       {`{}`, "Statement is missing"},
		"misspelt statement": {`{"statement": []}`, `element "statement": must be spelt "Statement"`},
		"unknown element":    {`{"Statement": [], "Comment": ""}`, `element "Comment": unknown; must be one of Version, Id, Statement`},
		"version":            {`{"Version": "2012-10-18", "Statement": []}`, `Version is "2012-10-18"; must be "2012-10-17" or "2008-10-17"`},
		"id":                 {`{"Id": 1, "Statement": []}`, "Id is 1; must be text"},
		"statement kind":     {`{"Statement": "x"}`, `Statement is "x"`},
		"null statement":     {`{"Statement": [null]}`, "statement 0: is null; must be an object"},
		"twice":              {`{"Statement": [], "Statement": []}`, `has "Statement" twice in one object`},
		"key twice":          {in(`"Effect": "Allow", "Action": "a", "Resource": "*", "Condition": {"Bool": {"a:b": "true", "a:b": "false"}}`), `has "a:b" twice in one object`},
		"effect":             {in(`"Effect": "allow", "Action": "a", "Resource": "*"`), `statement 1 (S): Effect is "allow"; must be "Allow" or "Deny", case included`},
		"no effect":          {in(`"Action": "a", "Resource": "*"`), "statement 1 (S): Effect is missing"},
		"no action":          {in(`"Effect": "Allow", "Resource": "*"`), "statement 1 (S): Action is missing"},
		"no resource":        {in(`"Effect": "Allow", "Action": "a"`), "statement 1 (S): Resource is missing"},
		"both actions":       {in(`"Effect": "Allow", "Action": "a", "NotAction": "b", "Resource": "*"`), "Action stands beside NotAction"},
		"action kind":        {in(`"Effect": "Allow", "Action": 1, "Resource": "*"`), "statement 1 (S): Action is 1; must be text or a list of texts"},
		"action in a list":   {in(`"Effect": "Allow", "Action": ["a", {}], "Resource": "*"`), "Action has an object; must be text"},
		"no actions":         {in(`"Effect": "Allow", "Action": [], "Resource": "*"`), "Action is an empty list"},
		"empty resource":     {in(`"Effect": "Allow", "Action": "a", "Resource": ""`), `Resource has ""; must be text, and not empty`},
		"principal text":     {in(`"Effect": "Allow", "Principal": "arn:x", "Action": "a", "Resource": "*"`), `Principal is "arn:x"; must be "*", or an object`},
		"principal kind":     {in(`"Effect": "Allow", "Principal": {"aws": "*"}, "Action": "a", "Resource": "*"`), `Principal element "aws": must be spelt "AWS"`},
		"empty principal":    {in(`"Effect": "Allow", "Principal": {}, "Action": "a", "Resource": "*"`), "Principal is an object"},
		"condition kind":     {in(`"Effect": "Allow", "Action": "a", "Resource": "*", "Condition": []`), "Condition is a list; must be an object of operators"},
		"operator kind":      {in(`"Effect": "Allow", "Action": "a", "Resource": "*", "Condition": {"Bool": "x"}`), `Condition Bool is "x"`},
		"value kind":         {in(`"Effect": "Allow", "Action": "a", "Resource": "*", "Condition": {"Bool": {"a:b": null}}`), "Condition Bool on a:b has null; must be text, a number, true or false"},
		"no values":          {in(`"Effect": "Allow", "Action": "a", "Resource": "*", "Condition": {"Bool": {"a:b": []}}`), "Condition Bool on a:b is an empty list"},
		"sid kind":           {`{"Statement": {"Sid": 1, "Effect": "Allow", "Action": "a", "Resource": "*"}}`, "statement 0 (1): Sid is 1; must be text"},
		"huge":               {strings.Repeat(" ", maxInput) + "{}", "bytes; a policy may have 1048576"},
		"deep":               {strings.Repeat(`{"Statement":[`, 50000), "is nested more than 8 deep"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := Parse([]byte(test.policy))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

// FuzzParse: no input panics, and what was parsed is in canonical form, so that
// rendering and parsing it changes nothing.
func FuzzParse(f *testing.F) {
	f.Add(`{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": "*", "Action": "kms:*", "Resource": "*"}}`)
	f.Add(`{"Id": "\ud800", "Statement": [{"Sid": "S", "Effect": "Deny", "NotPrincipal": {"AWS": ["${a.b}", "#{TfToken[TOKEN.1]}"]}, "NotAction": ["b", "a"],
		"NotResource": "arn:aws:kms:*", "Condition": {"StringLike": {"aws:username": ["", 1e3, true, "<&>\u2028"]}}}]}`)
	f.Fuzz(func(t *testing.T, policy string) {
		document, err := Parse([]byte(policy))
		if err != nil {
			return
		}
		rendered := document.Indented()
		again, err := Parse([]byte(rendered))
		if err != nil {
			t.Fatalf("%v in %s", err, rendered)
		}
		if !reflect.DeepEqual(again, document) {
			t.Fatalf("got %+v, want %+v", again, document)
		}
	})
}
