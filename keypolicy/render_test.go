package keypolicy

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDocumentIsWrittenInCanonicalForm(t *testing.T) {
	document := Document{Statements: []Statement{
		{
			Sid: "AllowUse", Effect: Allow,
			// A service before AWS, roles out of order, one twice, tokens among them.
			Principals: []Principal{
				ServicePrincipal("logs.us-east-1.amazonaws.com"),
				AwsPrincipal("${TfToken[TOKEN.9]}"), AwsPrincipal("arn:aws:iam::123456789012:role/b"),
				AwsPrincipal("${TfToken[TOKEN.1]}"), AwsPrincipal("arn:aws:iam::123456789012:role/a"), AwsPrincipal("arn:aws:iam::123456789012:role/b"),
			},
			Actions: []string{"kms:Encrypt", "kms:Decrypt", "kms:Encrypt"},
			// One operator and key twice is one list in JSON.
			Conditions: []Condition{
				when("StringLike", "kms:EncryptionContext:service", "?*"),
				when("StringEquals", "kms:ViaService", "s3.us-east-1.amazonaws.com"),
				when("StringEquals", "kms:EncryptionContext:env", "prod", "dev"),
				when("StringEquals", "kms:EncryptionContext:env", "prod", "cat"),
			},
		},
		{
			Sid: "DenyUse", Effect: Deny, NotPrincipals: []Principal{AwsPrincipal("123456789012")},
			NotActions: []string{"kms:DescribeKey"}, NotResources: []string{"b", "a"},
		},
	}}
	const want = `{"Version":"2012-10-17","Statement":[` +
		`{"Sid":"AllowUse","Effect":"Allow","Principal":{"AWS":["arn:aws:iam::123456789012:role/a","arn:aws:iam::123456789012:role/b","${TfToken[TOKEN.9]}","${TfToken[TOKEN.1]}"],"Service":"logs.us-east-1.amazonaws.com"},` +
		`"Action":["kms:Decrypt","kms:Encrypt"],"Resource":"*",` +
		`"Condition":{"StringEquals":{"kms:EncryptionContext:env":["cat","dev","prod"],"kms:ViaService":"s3.us-east-1.amazonaws.com"},"StringLike":{"kms:EncryptionContext:service":"?*"}}},` +
		`{"Sid":"DenyUse","Effect":"Deny","NotPrincipal":{"AWS":"123456789012"},"NotAction":"kms:DescribeKey","NotResource":["a","b"]}]}`
	got, err := json.Marshal(document)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("JSON (-want +got):\n%s", diff)
	}
	if got := document.Size(); got != len(want) {
		t.Errorf("Size() = %d, want the length of the JSON, %d", got, len(want))
	}
	if got, want := document.TokenCount(), 2; got != want {
		t.Errorf("TokenCount() = %d, want %d", got, want)
	}
}

// KMS and Terraform see no difference, so a plan must not show one either.
func TestDocumentsThatMeanTheSameAreTheSameBytes(t *testing.T) {
	one := Document{Statements: []Statement{{
		Sid: "A", Effect: Allow, Principals: AwsPrincipals([]string{"1", "2"}), Actions: []string{"kms:Encrypt", "kms:Decrypt"},
		Conditions: []Condition{when("StringEquals", "kms:ViaService", "x", "y"), absent("aws:SourceArn")},
	}}}
	other := Document{Version: Version, Statements: []Statement{{
		Sid: "A", Effect: Allow, Principals: AwsPrincipals([]string{"2", "1", "2"}), Actions: []string{"kms:Decrypt", "kms:Encrypt"},
		Resources:  []string{"*"},
		Conditions: []Condition{absent("aws:SourceArn"), when("StringEquals", "kms:ViaService", "y"), when("StringEquals", "kms:ViaService", "x")},
	}}}
	if diff := cmp.Diff(one.Indented(), other.Indented()); diff != "" {
		t.Errorf("documents differ:\n%s", diff)
	}
}

func TestIndentedIsTheDocumentForPeople(t *testing.T) {
	document := Document{Version: OldVersion, Id: "tier", Statements: []Statement{denyBypass()}}
	const want = `{
  "Version": "2008-10-17",
  "Id": "tier",
  "Statement": [
    {
      "Sid": "DenyPolicyLockoutBypass",
      "Effect": "Deny",
      "Principal": {
        "AWS": "*"
      },
      "Action": "kms:PutKeyPolicy",
      "Resource": "*",
      "Condition": {
        "Bool": {
          "kms:BypassPolicyLockoutSafetyCheck": "true"
        }
      }
    }
  ]
}`
	if diff := cmp.Diff(want, document.Indented()); diff != "" {
		t.Errorf("Indented (-want +got):\n%s", diff)
	}
}

func TestSizeCountsBytes(t *testing.T) {
	empty := Document{Statements: []Statement{}}
	if got, want := empty.Size(), len(`{"Version":"2012-10-17","Statement":[]}`); got != want {
		t.Errorf("Size() of an empty document = %d, want %d", got, want)
	}
	statement := Statement{Sid: "A", Effect: Deny, Principals: []Principal{Everyone()}, Actions: []string{"kms:Decrypt"},
		Conditions: []Condition{when("StringEquals", "aws:PrincipalTag/team", "Zürich")}}
	const want = len(`{"Sid":"A","Effect":"Deny","Principal":{"AWS":"*"},"Action":"kms:Decrypt","Resource":"*",` +
		`"Condition":{"StringEquals":{"aws:PrincipalTag/team":"Zürich"}}}`)
	if got := statement.Size(); got != want {
		t.Errorf("Size() = %d, want %d: KMS counts bytes, not letters", got, want)
	}
	two := Document{Statements: []Statement{statement, statement}}
	if got, want := two.Size(), empty.Size()+2*statement.Size()+len(","); got != want {
		t.Errorf("Size() of two statements = %d, want %d", got, want)
	}
}

func TestLargestStatementsComeFirst(t *testing.T) {
	sized := func(sid string, values int) Statement {
		return Statement{Sid: sid, Effect: Allow, Principals: []Principal{Everyone()}, Actions: []string{"kms:Decrypt"},
			Conditions: []Condition{when("StringEquals", "kms:ViaService", strings.Repeat("x", values))}}
	}
	document := Document{Statements: []Statement{sized("C", 5), sized("A", 5), sized("D", 90), sized("B", 5), sized("E", 40)}}
	sids := func(statements []Statement) string {
		var sids []string
		for _, statement := range statements {
			sids = append(sids, statement.Sid)
		}
		return strings.Join(sids, " ")
	}
	// Equals by name, so that a message is the same from run to run.
	for count, want := range map[int]string{0: "", 1: "D", 3: "D E A", 9: "D E A B C"} {
		if got := sids(document.Largest(count)); got != want {
			t.Errorf("Largest(%d) = %q, want %q", count, got, want)
		}
	}
	if got, want := sids(document.Statements), "C A D B E"; got != want {
		t.Errorf("Largest reordered the document itself: %q, want %q", got, want)
	}
}

func TestCanonicalSortsLiteralsAndKeepsTokensAsTheyCame(t *testing.T) {
	tests := map[string]struct{ values, want []string }{
		"nothing":           {nil, nil},
		"empty list":        {[]string{}, nil},
		"literals":          {[]string{"b", "a", "B"}, []string{"B", "a", "b"}},
		"duplicates":        {[]string{"b", "a", "b", "a"}, []string{"a", "b"}},
		"an empty value":    {[]string{"a", ""}, []string{"", "a"}},
		"tokens":            {[]string{"${b}", "z", "${a}"}, []string{"z", "${b}", "${a}"}},
		"a list token":      {[]string{"#{TfToken[TOKEN.0]}", "z"}, []string{"z", "#{TfToken[TOKEN.0]}"}},
		"policy variables":  {[]string{"z", "${aws:username}", "${aws:username}"}, []string{"${aws:username}", "z"}},
		"one token, twice":  {[]string{"${a}", "${a}"}, []string{"${a}", "${a}"}},
		"tokens and nearby": {[]string{"arn:${b}:x", "arn:aws:x", "arn:${a}:x"}, []string{"arn:aws:x", "arn:${b}:x", "arn:${a}:x"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			before := strings.Join(test.values, " ")
			if diff := cmp.Diff(test.want, Canonical(test.values)); diff != "" {
				t.Errorf("Canonical(%q) (-want +got):\n%s", test.values, diff)
			}
			if after := strings.Join(test.values, " "); after != before {
				t.Errorf("Canonical changed its argument from %q to %q", before, after)
			}
		})
	}
}

func TestCloneSharesNothing(t *testing.T) {
	full := func() Document {
		principals := func() []Principal { return []Principal{Everyone()} }
		list := func() []string { return []string{"a"} }
		return Document{Version: OldVersion, Id: "id", Statements: []Statement{{
			Sid: "A", Effect: Deny, Principals: principals(), NotPrincipals: principals(),
			Actions: list(), NotActions: list(), Resources: list(), NotResources: list(),
			Conditions: []Condition{when("StringEquals", "kms:ViaService", "a")},
		}}}
	}
	document := full()
	clone := document.Clone()
	if diff := cmp.Diff(document, clone); diff != "" {
		t.Fatalf("the clone differs:\n%s", diff)
	}
	s := &clone.Statements[0]
	s.Sid = "changed"
	for _, list := range [][]string{s.Actions, s.NotActions, s.Resources, s.NotResources, s.Conditions[0].Values} {
		list[0] = "changed"
	}
	s.Conditions[0].Key = "changed"
	s.Principals[0].Id, s.NotPrincipals[0].Id = "changed", "changed"
	if diff := cmp.Diff(full(), document); diff != "" {
		t.Errorf("changing the clone changed the document:\n%s", diff)
	}
}
