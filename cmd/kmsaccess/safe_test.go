package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// hostile is a name that would change what is shown around it: an escape sequence,
// line ends, commands of pipelines, a mention, marks that reverse text, code, a cell
// of a table, markup, a link.
const hostile = "x\x1b[31m\u009b2J\n::error::a\r\n##[command]b ##vso[task]c @team #12 \u202etxt\u2066\u200b `code` | **c** <script>alert(1)</script> [l](http://e.vil) www.e.vil &lt; ::warning::z\u2028\U000e0041"

// undecidedPolicy has a condition of which AWS does not say what it means.
const undecidedPolicy = `{"Version": "2012-10-17", "Statement": [
	{"Sid": "Iam", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "kms:PutKeyPolicy", "Resource": "*"},
	{"Sid": "Use", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/R"}, "Action": "kms:Decrypt", "Resource": "*",
		"Condition": {"StringNotEquals": {"kms:EncryptionContextKeys": "a"}, "Null": {"kms:EncryptionContextKeys": "false"}}}]}`

// hostilePolicy has the name wherever a policy can have a text.
var hostilePolicy = func() string {
	text := func(value any) string { out, _ := json.Marshal(value); return string(out) }
	// KMS takes no wildcards in principals.
	name := strings.ReplaceAll(hostile, "*", "")
	role := text("arn:aws:iam::111122223333:role/" + name)
	foreign := text("arn:aws:iam::444455556666:role/" + name)
	return fmt.Sprintf(`{"Version": "2012-10-17", "Id": %[1]s, "Statement": [
		{"Sid": %[1]s, "Effect": "Allow", "Principal": {"AWS": [%[2]s, %[3]s, %[4]s]}, "Action": "kms:*", "Resource": "*"},
		{"Sid": %[1]s, "Effect": "Allow", "Principal": "*", "Action": "kms:Decrypt", "Resource": "*",
			"Condition": {"StringLike": {%[5]s: %[1]s, %[6]s: %[1]s}, "ArnLike": {"aws:PrincipalArn": %[2]s}}},
		{"Sid": "In vain", "Effect": "Allow", "Principal": "*", "Action": "kms:Decrypt", "Resource": %[7]s},
		{"Sid": %[1]s, "Effect": "Deny", "Principal": {"AWS": %[2]s}, "Action": "kms:Encrypt", "Resource": "*"},
		{"Sid": %[1]s, "Effect": "Deny", "Principal": "*", "Action": ["kms:Decrypt", %[8]s], "Resource": "*", "Condition": {"StringEquals": {%[5]s: %[1]s}}}]}`,
		text(hostile), role, foreign, text("${aws_iam_role."+hostile+".arn}"), text("kms:EncryptionContext:"+hostile), text("aws:PrincipalTag/"+hostile),
		text("arn:aws:s3:::"+hostile), text("kms:"+hostile))
}()

// hostilePlan has the name in what a plan can name.
func hostilePlan(t *testing.T) string {
	policy, err := json.Marshal(strings.ReplaceAll(hostilePolicy, "/work", ""))
	if err != nil {
		t.Fatal(err)
	}
	address, _ := json.Marshal("aws_kms_key." + hostile)
	name, _ := json.Marshal(hostile)
	resource := func(policy, more string) string {
		return fmt.Sprintf(`{"address": %s, "mode": "managed", "type": "aws_kms_key", "name": %s, "change": {"actions": %s, "before": {"arn": %s, "policy": ""}, "after": {"policy": %s, "tags": {%s: %s}}, "after_unknown": {}}}`,
			address, name, more, name, policy, name, name)
	}
	return fmt.Sprintf(`{"format_version": "1.2", "terraform_version": "1.9.0", "resource_changes": [%s, %s, %s]}`,
		resource(string(policy), `["delete", "create"]`), resource(`"no policy"`, `["create"]`), strings.ReplaceAll(resource(`"{}"`, `["delete"]`), `"after": {"policy": "{}"`, `"after": {"policy": null`))
}

// unsafe are what must not reach a terminal or a log.
var unsafe = map[string]*regexp.Regexp{
	"a workflow command":    regexp.MustCompile(`(?m)^\s*::`),
	"a command of a runner": regexp.MustCompile(`##(\[|vso\[)`),
}

// unsafeMarkdown are what must not stand in Markdown.
var unsafeMarkdown = map[string]*regexp.Regexp{
	"a mention":          regexp.MustCompile(`@\w`),
	"an issue":           regexp.MustCompile(`#\d`),
	"markup":             regexp.MustCompile(`<script|<b>`),
	"a link":             regexp.MustCompile(`://|www\.|[^\\]\]\(`),
	"emphasis of a name": regexp.MustCompile(`[^\\*]\*\*c\*\*`),
	"code of a name":     regexp.MustCompile("[^\\\\]`code"),
}

func checkSafe(t *testing.T, what, text string, rules ...map[string]*regexp.Regexp) {
	t.Helper()
	for i, r := range text {
		if r != '\n' && isHidden(r) {
			t.Errorf("%s: has the character %U: ...%q", what, r, text[max(0, i-60):min(len(text), i+20)])
			break
		}
	}
	for _, rule := range rules {
		for name, pattern := range rule {
			if at := pattern.FindStringIndex(text); at != nil {
				t.Errorf("%s: has %s: ...%q", what, name, text[max(0, at[0]-60):min(len(text), at[1]+20)])
			}
		}
	}
}

// TestHostileNames puts hostile names wherever a file can have one, and reads all
// that is printed.
func TestHostileNames(t *testing.T) {
	folder := t.TempDir()
	write := func(name, content string) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	// The file's own name is hostile, too.
	policy := write("p ::error::\x1b[0m.json", hostilePolicy)
	plan := write("plan.json", hostilePlan(t))
	undecided := write("undecided.json", strings.ReplaceAll(undecidedPolicy, "role/R", "role/R @team"))
	other := write("other.json", strings.ReplaceAll(hostilePolicy, `"kms:*"`, `"kms:Decrypt"`))
	boundary := write("boundary.json", strings.ReplaceAll(`{"Version": "2012-10-17", "Statement": {"Sid": "NAME", "Effect": "Allow", "Action": "kms:Encrypt", "Resource": "*", "Condition": {"StringEquals": {"aws:PrincipalTag/NAME": "NAME"}}}}`, "NAME", strings.Trim(jsonText(hostile), `"`)))
	wrong := map[string]string{
		"operator":  strings.Replace(hostilePolicy, `"StringLike"`, jsonText(hostile), 1),
		"effect":    strings.Replace(hostilePolicy, `"Allow"`, jsonText(hostile), 1),
		"member":    strings.Replace(hostilePolicy, `"Effect"`, jsonText(hostile), 1),
		"principal": strings.Replace(hostilePolicy, `"AWS"`, jsonText(hostile), 1),
		"action":    strings.Replace(hostilePolicy, `"kms:*"`, jsonText(hostile), 1),
		"members":   `{` + jsonText(hostile) + `: 1}`,
	}
	here := []string{"--account", "111122223333", "--region", "us-east-1"}
	runs := map[string][]string{
		"report": append([]string{policy, "--fail-on", checkNames()}, here...), "plan": {plan, "--fail-on", checkNames()}, "undecided": {undecided, "--fail-on", checkNames()},
		"boundary": append([]string{"boundary", policy, "--boundary", boundary}, here...),
		"can":      append([]string{"can", policy, "--principal", "arn:aws:iam::111122223333:role/" + hostile, "--action", "kms:CreateGrant"}, here...),
		"can not":  append([]string{"can", policy, "--principal", "arn:aws:iam::111122223333:role/other", "--action", "kms:Decrypt", "--context", hostile + "=" + hostile}, here...),
		"can what": append([]string{"can", policy, "--principal", hostile, "--action", hostile}, here...),
		"diff":     append([]string{"diff", policy, other}, here...), "diff back": append([]string{"diff", other, policy}, here...), "unclear": append([]string{"diff", undecided, policy}, here...),
		"no file": {"x\n::error::"}, "flag": {"--\x1b[31m"}, "format": {policy, "--format", hostile}, "key": {plan, "--key", hostile},
		"account": {policy, "--account", hostile}, "applying": {policy, "--applying", hostile}, "accounts": {policy, "--declared-accounts", hostile},
	}
	for name, content := range wrong {
		runs["wrong "+name] = []string{write(strings.Fields(name)[0]+".json", content)}
	}
	for name, args := range runs {
		t.Run(name, func(t *testing.T) {
			formats := []string{"", "markdown", "json", "html"}
			switch args[0] {
			case "can":
				formats = formats[:1]
			case "boundary":
				formats = []string{"", "json"}
			case "diff":
				formats = formats[:3]
			}
			for _, format := range formats {
				got := kmsaccess("", append(slices.Clip(args), map[bool][]string{true: {"--format", format}}[format != ""]...)...)
				if got.out+got.err == "" {
					t.Fatal("nothing is said")
				}
				checkSafe(t, format+" on the standard error", got.err, unsafe)
				switch format {
				case "markdown":
					checkSafe(t, format, got.out, unsafe, unsafeMarkdown)
				case "json":
					if got.out != "" && !json.Valid([]byte(got.out)) {
						t.Errorf("no valid JSON: %s", got.out)
					}
				case "html":
					checkSafe(t, format, got.out, map[string]*regexp.Regexp{"markup": regexp.MustCompile(`<script>alert|<b>`)})
				default:
					checkSafe(t, "text", got.out, unsafe)
				}
			}
		})
	}
	if got := kmsaccess("", append([]string{policy}, here...)...); !strings.Contains(got.out, `role x\x1b[31m\x9b2J\x0a::error::a`) {
		t.Errorf("the names are gone:\n%s", got.out)
	}
}

func jsonText(text string) string {
	out, _ := json.Marshal(text)
	return string(out)
}

func TestVisible(t *testing.T) {
	tests := map[string]string{
		"plain, äöü 漢字 é": "plain, äöü 漢字 é", "a\tb\x00": `a\x09b\x00`, "\u202ea\u2069": `\u202ea\u2069`, "\xff\xfea": `\xff\xfea`, "\uFFFD": "\uFFFD",
		"\U000E0001": `\U000e0001`, "\u00ad": `\xad`, "e\ufe0f": `e\ufe0f`,
	}
	for text, want := range tests {
		if got := visible(text); got != want {
			t.Errorf("%q gives %q, want %q", text, got, want)
		}
	}
	for r := range rune(0x3000) {
		if shown := visible(string(r)); unicode.IsControl(r) && strings.ContainsRune(shown, r) {
			t.Errorf("%U is shown as it is", r)
		}
	}
}

func TestTerminal(t *testing.T) {
	tests := map[string]string{
		"arn:aws:iam::111122223333:root": "arn:aws:iam::111122223333:root", "::error::x": `\x3a:error::x`, "a ::set-output": `a \x3a:set-output`,
		"##[group]": `\x23#[group]`, "a##vso[x": `a\x23#vso[x`, "# ## plain": "# ## plain",
	}
	for text, want := range tests {
		if got := terminal(text); got != want {
			t.Errorf("%q gives %q, want %q", text, got, want)
		}
	}
}

func TestMarkdown(t *testing.T) {
	tests := map[string]string{
		"plain text": "plain text", "a|b": `a\|b`, "@team": "@<!-- -->team", "#12": "#<!-- -->12", "https://x": "https:<!-- -->//x", "- item": `\- item`, "1. item": `1\. item`,
		"<b> & &lt;": "&lt;b&gt; &amp; &amp;lt;", "two\nlines": "two lines", "`c` *e* _u_ ~s~": "\\`c\\` \\*e\\* \\_u\\_ \\~s\\~", "[a](b)": `\[a\](b)`, `back\slash`: `back\\slash`,
	}
	for text, want := range tests {
		if got := markdown(text); got != want {
			t.Errorf("%q gives %q, want %q", text, got, want)
		}
	}
	for text, want := range map[string]string{"aws_kms_key.a[0]": "`aws_kms_key.a[0]`", "a`b": "<code>a\\`b</code>", "a|b": `<code>a\|b</code>`, "@x": "<code>@<!-- -->x</code>", "": "<code></code>"} {
		if got := code(text); got != want {
			t.Errorf("%q is code %q, want %q", text, got, want)
		}
	}
}
