package aws

import (
	"bufio"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// documented reads a list of names copied from a page of AWS: fields, a line each.
func documented(t *testing.T, name string) (lines [][]string) {
	t.Helper()
	file, err := os.Open(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	scanner := bufio.NewScanner(file)
	for scanner.Scan() {
		if !strings.HasPrefix(scanner.Text(), "#") {
			lines = append(lines, strings.Fields(scanner.Text()))
		}
	}
	if err := scanner.Err(); err != nil {
		t.Fatal(err)
	}
	return lines
}

const (
	authorizationReference = "service-authorization-reference.txt"
	permissionsReference   = "permissions-reference.txt"
	globalConditionKeys    = "global-condition-keys.txt"
)

func TestActionsAreThoseThatAwsLists(t *testing.T) {
	var listed []string
	for _, line := range documented(t, authorizationReference) {
		if line[0] == "action" {
			listed = append(listed, line[1])
		}
	}
	slices.Sort(listed)
	if diff := cmp.Diff(listed, AllActions.Names()); diff != "" {
		t.Errorf("actions (-listed +table):\n%s", diff)
	}
}

func TestPolicyTypesAndCrossAccountUseAreThoseThatAwsLists(t *testing.T) {
	var keyPolicy, grant, foreign ActionSet
	for _, line := range documented(t, permissionsReference) {
		action := MatchActions(line[0])
		switch line[1] {
		case "key-policy":
			keyPolicy |= action
		case "grant":
			grant |= action
		}
		if line[2] == "yes" {
			foreign |= action
		}
	}
	// The page leaves out the one action that AWS only calls itself.
	keyPolicy |= MatchActions("kms:SynchronizeMultiRegionKey")
	for name, sets := range map[string][2]ActionSet{
		"decided by a key policy":    {keyPolicy | grant, KeyActions},
		"without effect in one":      {grant, GrantOnlyActions},
		"offered to other accounts":  {foreign, CrossAccountActions},
		"with an encryption context": {actionsListing(t, "kms:EncryptionContext:"), ContextActions},
	} {
		if diff := cmp.Diff(sets[0].Names(), sets[1].Names()); diff != "" {
			t.Errorf("%s (-listed +table):\n%s", name, diff)
		}
	}
}

// actionsListing are the actions for which one of the pages lists a condition key.
func actionsListing(t *testing.T, key string) (actions ActionSet) {
	t.Helper()
	for _, line := range documented(t, authorizationReference) {
		if line[0] == "key" && line[1] == key {
			actions |= MatchActions(line[3:]...)
		}
	}
	for _, line := range documented(t, permissionsReference) {
		if slices.Contains(line[3:], key) {
			actions |= MatchActions(line[0])
		}
	}
	return actions
}

// member is a condition key by its full name: of a family, one of its keys.
func member(name string) string {
	if strings.HasSuffix(name, "/") || strings.HasSuffix(name, ":") {
		return name + "x"
	}
	return name
}

func TestConditionKeysAreThoseThatAwsLists(t *testing.T) {
	listed := map[string]bool{}
	for _, line := range documented(t, globalConditionKeys) {
		listed[line[0]] = true
	}
	for _, line := range documented(t, authorizationReference) {
		if line[0] == "key" {
			listed[line[1]] = true
		}
	}
	for name := range listed {
		if _, known := FindConditionKey(member(name)); !known {
			t.Errorf("%s is listed, but in no table", name)
		}
	}
	for _, key := range conditionKeys {
		if !listed[key.Name] {
			t.Errorf("%s is in a table, but not listed", key.Name)
		}
	}
}

// TestConditionKeysAreCarriedWhereAwsSaysSo: no table may say that a request never
// carries a key which a page says it carries, and where a table has fewer than all
// actions, it has no others than the pages.
func TestConditionKeysAreCarriedWhereAwsSaysSo(t *testing.T) {
	wider := map[string]ActionSet{"kms:BypassPolicyLockoutSafetyCheck": MatchActions("kms:ReplicateKey")}
	names := map[string]bool{}
	for _, line := range documented(t, authorizationReference) {
		if line[0] == "key" {
			names[line[1]] = true
		}
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		key, _ := FindConditionKey(member(name))
		listed := actionsListing(t, name) | wider[name]
		if missing := listed &^ key.Actions; missing != 0 {
			t.Errorf("%s is carried by %v too", name, missing.Names())
		}
		if more := key.Actions &^ listed; key.Actions != AllActions && more != 0 {
			t.Errorf("no page has %s in requests of %v", name, more.Names())
		}
	}
}

func TestConditionKeysHaveTheTypesThatAwsLists(t *testing.T) {
	types := map[ValueKind][]string{
		TextValues: {"String", "ArrayOfString"}, AccountValues: {"String"}, ServiceValues: {"String", "ArrayOfString"}, RegionalServiceValues: {"String"},
		BoolValues: {"Bool", "Boolean"}, NumberValues: {"Numeric"}, DateValues: {"Date", "Date,Numeric"}, AddressValues: {"IP"}, ArnValues: {"ARN"},
	}
	check := func(name, listed string, multiValued bool) {
		key, _ := FindConditionKey(member(name))
		if !slices.Contains(types[key.Values], listed) || key.MultiValued != multiValued {
			t.Errorf("%s is listed as %s, several values %v; the table has kind %d, several values %v", name, listed, multiValued, key.Values, key.MultiValued)
		}
	}
	for _, line := range documented(t, globalConditionKeys) {
		check(line[0], line[1], line[2] == "multi")
	}
	for _, line := range documented(t, authorizationReference) {
		if line[0] == "key" {
			check(line[1], line[2], line[2] == "ArrayOfString")
		}
	}
}

func TestWhoCarriesAConditionKey(t *testing.T) {
	tests := map[string]struct{ callers, always CallerKinds }{
		"aws:SourceArn":                 {ServiceCallers, 0},
		"aws:PrincipalServiceName":      {ServiceCallers, ServiceCallers},
		"aws:principalarn":              {AccountCallers, AccountCallers},
		"aws:PrincipalTag/team":         {UserCallers | RoleCallers | FederatedUserCallers, 0},
		"aws:username":                  {UserCallers, UserCallers},
		"aws:CurrentTime":               {AllCallers, AllCallers},
		"aws:PrincipalIsAWSService":     {SignedCallers, SignedCallers},
		"aws:SourceVpce":                {AllCallers, 0},
		"lambda:SourceFunctionArn":      {RoleCallers, 0},
		"accounts.google.com:sub":       {RoleCallers, 0},
		"kms:CallerAccount":             {AccountCallers, AccountCallers},
		"kms:ViaService":                {AccountCallers, 0},
		"kms:RecipientAttestation:PCR4": {AllCallers, 0},
	}
	for name, want := range tests {
		key, known := FindConditionKey(name)
		if !known || key.Callers != want.callers || key.Always != want.always {
			t.Errorf("%s: known %v, callers %b, always %b; want %b, %b", name, known, key.Callers, key.Always, want.callers, want.always)
		}
	}
	for _, key := range conditionKeys {
		if key.Callers == 0 || key.Always&^key.Callers != 0 || key.Actions == 0 {
			t.Errorf("%s: callers %b, always %b, actions %v", key.Name, key.Callers, key.Always, key.Actions.Names())
		}
	}
}
