package smt

import (
	"fmt"
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/keypolicy"
)

// Class is a set of principals of one kind that a question is about.
type Class struct {
	// Kind is "role", "session", "user", "federated user", "root user", "service" or
	// "anonymous".
	Kind string
	// Principal names the only one, by its ARN or a service's name.
	Principal string
	// Account is the account of all of them, where they are several. Without it they
	// are of any account but those in NotAccounts.
	Account     string
	NotAccounts []string
	// Only are conditions on their ARN or account that all of them meet, Except those
	// that none of them meets.
	Only, Except []keypolicy.Condition
}

func (c Class) signed() bool { return c.Kind != "service" && c.Kind != "anonymous" }

// variable is what a request has for a condition key with one value.
type variable struct {
	present term
	text    text
	// number is set for a key that holds a whole number or a time.
	number term
	// v6 and address are set for a key that holds an address.
	v6, address term
	// numeric and real are set for a key that holds any text, where a number is asked
	// for: whether the text is one, and which.
	numeric, real term
}

// sort of value that a key holds.
type form int

const (
	textForm form = iota
	wholeForm
	timeForm
	addressForm
)

// forms are those of keys that hold no text. See the data type of each key in the KMS
// Developer Guide, "AWS KMS condition keys", and the IAM User Guide, "AWS global
// condition context keys".
var forms = map[string]form{
	"aws:multifactorauthage":                     wholeForm,
	"kms:rotationperiodindays":                   wholeForm,
	"kms:schedulekeydeletionpendingwindowindays": wholeForm,
	"kms:trailingdayswithoutkeyusage":            wholeForm,
	"aws:currenttime":                            timeForm,
	"aws:epochtime":                              timeForm,
	"aws:tokenissuetime":                         timeForm,
	"kms:validto":                                timeForm,
	"aws:sourceip":                               addressForm,
	"aws:vpcsourceip":                            addressForm,
	"aws:ec2instancesourceprivateipv4":           addressForm,
}

var (
	digit    = between('0', '9')
	accounts = times(12, digit)
	label    = oneOrMore(oneOf(between('a', 'z'), digit, exactly("-")))
	// In names there are letters, digits and _+=,.@-, in paths slashes besides. See the
	// IAM User Guide, "IAM and AWS STS quotas", "IAM name requirements".
	nameCharacter = oneOf(between('+', '.'), digit, exactly("="), between('@', 'Z'), exactly("_"), between('a', 'z'))
	name          = oneOrMore(nameCharacter)
	pathCharacter = oneOf(between('+', '9'), exactly("="), between('@', 'Z'), exactly("_"), between('a', 'z'))
	path          = repeated(pathCharacter)
	booleans      = []string{
		"aws:multifactorauthpresent", "aws:principalisawsservice", "aws:securetransport", "aws:viaawsservice", "kms:grantisforawsresource",
		"kms:bypasspolicylockoutsafetycheck", "kms:reencryptonsamekey", "kms:multiregion", "aws:assumedroot",
	}
	arnKeys = []string{"aws:sourcearn", "aws:sourcevpcarn", "aws:chatbotsourcearn", "kms:grantconstraintsourcearn", "lambda:sourcefunctionarn"}
)

// callers are the kinds of principal as the list of condition keys has them.
var callers = map[string]aws.CallerKinds{
	"role": aws.RoleCallers, "session": aws.RoleCallers, "user": aws.UserCallers, "federated user": aws.FederatedUserCallers, "root user": aws.RootCallers,
	"service": aws.ServiceCallers, "anonymous": aws.AnonymousCallers,
}

// carried reports whether requests of the class for the action can have a key.
func (t *translation) carried(key string) bool {
	documented, _ := aws.FindConditionKey(key)
	return documented.Actions.Has(t.action) && documented.Callers&callers[t.class.Kind] != 0
}

func serviceNames() term {
	rest := sequence(exactly("."), label)
	var all []term
	for count := 1; count <= 5; count++ {
		all = append(all, sequence(label, times(count, rest)))
	}
	return oneOf(all...)
}

// serviceKeys hold names of services. See the KMS Developer Guide, "AWS KMS condition
// keys", and the IAM User Guide, "AWS global condition context keys".
var serviceKeys = []string{"aws:principalservicename", "aws:principalservicenameslist", "kms:granteeserviceprincipal", "kms:retiringserviceprincipal"}

// values are the texts that a key holds, or "" for any.
func (t *translation) values(key string) term {
	switch {
	case slices.Contains(booleans, key):
		return oneOf(exactly("true"), exactly("false"))
	case slices.Contains(arnKeys, key):
		part := sequence(repeated(noColon), exactly(":"))
		return sequence(exactly("arn:"), times(4, part), oneOrMore(anyCharacter))
	case key == "kms:viaservice":
		// A service and its Region, which is most often the key's.
		return sequence(label, exactly("."), label, exactly(".amazonaws.com"))
	case key == "aws:sourceaccount" || key == "aws:vpceaccount":
		return accounts
	case slices.Contains(serviceKeys, key) || strings.HasPrefix(key, "aws:calledvia"):
		return serviceNames()
	case key == "kms:primaryregion" || key == "kms:replicaregion":
		return label
	case key == "kms:grantoperations":
		var all []term
		for _, operation := range aws.GrantableActions.Names() {
			all = append(all, exactly(strings.TrimPrefix(operation, "kms:")))
		}
		return oneOf(all...)
	case key == "aws:userid":
		return t.userIds()
	}
	return ""
}

// userIds are those of the class. See the IAM User Guide, "IAM policy elements:
// Variables and tags", "Principal key values".
func (t *translation) userIds() term {
	unique := sequence(between('A', 'Z'), repeated(oneOf(between('A', 'Z'), digit)))
	account := accounts
	if t.account.constant {
		account = exactly(t.account.literal)
	}
	switch t.class.Kind {
	case "role":
		return sequence(unique, exactly(":"), name)
	case "session":
		return sequence(unique, exactly(":"+lastPart(t.class.Principal)))
	case "federated user":
		return sequence(account, exactly(":"), name)
	case "root user":
		return account
	case "user":
		return unique
	}
	return ""
}

func lastPart(path string) string { return path[strings.LastIndexByte(path, '/')+1:] }

// single is what requests have for a key with one value.
func (t *translation) single(key string) *variable {
	if v, made := t.variables[key]; made {
		return v
	}
	v := t.derived(key)
	if v == nil {
		v = t.free(key)
	}
	t.variables[key] = v
	return v
}

var absent = &variable{present: no, text: known("")}

func always(value string) *variable { return &variable{present: yes, text: known(value)} }

// derived is what a key has that follows from who calls what: nil where it does not.
func (t *translation) derived(key string) *variable {
	kind := t.class.Kind
	switch key {
	case "aws:requestedregion":
		return always(t.key[3])
	case "aws:resourceaccount":
		return always(t.key[4])
	case "aws:principalisawsservice":
		if kind == "anonymous" {
			return absent
		}
		return always(fmt.Sprint(kind == "service"))
	case "aws:principaltype":
		types := map[string]string{
			"role": "AssumedRole", "session": "AssumedRole", "user": "User", "federated user": "FederatedUser", "root user": "Account", "anonymous": "Anonymous",
		}
		if types[kind] == "" {
			return absent
		}
		return always(types[kind])
	case "aws:epochtime":
		return t.single("aws:currenttime")
	}
	if !t.carried(key) {
		return absent
	}
	own := t.account.constant && t.account.literal == t.key[4]
	switch {
	case key == "aws:principalaccount" && kind == "anonymous":
		return always("anonymous")
	case key == "aws:principalarn":
		return &variable{present: yes, text: t.arn}
	case key == "aws:principalaccount" || key == "kms:calleraccount":
		return &variable{present: yes, text: t.account}
	case key == "aws:principalservicename":
		return &variable{present: yes, text: t.arn}
	case key == "aws:username":
		if kind != "user" {
			return absent
		}
		return &variable{present: yes, text: t.userName()}
	case key == "aws:resourceorgid" && own:
		return t.single("aws:principalorgid")
	}
	return nil
}

// free is a key of which a request chooses whether it has it, and what.
func (t *translation) free(key string) *variable {
	id := t.name(key)
	v := &variable{present: term("has-" + id), text: text{term: term("value-" + id)}}
	if key == "aws:currenttime" {
		v.present = yes
	} else {
		t.declare(v.present, "Bool")
	}
	switch forms[key] {
	case wholeForm:
		v.number = term("number-" + id)
		t.declare(v.number, "Int", apply(">=", v.number, "0"))
		return v
	case timeForm:
		// Until the end of the year 9999.
		v.number = term("number-" + id)
		t.declare(v.number, "Int", apply("<=", "0", v.number, "253402300799"))
		return v
	case addressForm:
		v.v6, v.address = term("v6-"+id), term("address-"+id)
		t.declare(v.v6, "Bool")
		t.declare(v.address, "Int", apply("<=", "0", v.address, apply("ite", v.v6, "340282366920938463463374607431768211455", "4294967295")))
		return v
	}
	if slices.Contains(booleans, key) {
		v.text.among = []string{"true", "false"}
	}
	v.text.lower = key == "kms:viaservice" || key == "aws:principalservicename" || strings.HasPrefix(key, "aws:calledvia")
	fact := yes
	if language := t.values(key); language != "" {
		fact = v.text.in(language)
	} else if !strings.Contains(key, "tag/") && !strings.HasPrefix(key, "kms:encryptioncontext:") {
		// Only tags and pairs of the encryption context can be empty.
		fact = not(v.text.is(""))
	}
	t.declare(v.text.term, "String", fact)
	return v
}

// set is what requests have for a key with several values: as many as there are
// conditions that may ask for one.
func (t *translation) set(key string) []*variable {
	if slots, made := t.sets[key]; made {
		return slots
	}
	var slots []*variable
	switch {
	case !t.carried(key):
	case key == "aws:resourceorgpaths" && t.account.constant && t.account.literal == t.key[4]:
		slots = t.set("aws:principalorgpaths")
	case key == contextKeys:
		slots = t.contextNames()
	default:
		for i := range t.asked(key) {
			slots = append(slots, t.slot(fmt.Sprintf("%s-%d", t.name(key), i), t.values(key)))
		}
	}
	t.sets[key] = slots
	return slots
}

// slot is one of several values: there or not.
func (t *translation) slot(id string, values term) *variable {
	v := &variable{present: term("has-" + id), text: text{term: term("value-" + id)}}
	t.declare(v.present, "Bool")
	fact := not(v.text.is(""))
	if values != "" {
		fact = v.text.in(values)
	}
	t.declare(v.text.term, "String", fact)
	return v
}

const (
	contextKeys   = "kms:encryptioncontextkeys"
	contextPrefix = "kms:encryptioncontext:"
)

// contextNames are the names in the encryption context, as a request spells them:
// those of the pairs that are asked for, each in one spelling if there, and others.
// See the KMS Developer Guide, "AWS KMS condition keys", kms:EncryptionContextKeys.
func (t *translation) contextNames() []*variable {
	var slots []*variable
	var others []term
	for i, pair := range t.pairs {
		name := strings.TrimPrefix(pair, contextPrefix)
		v := &variable{present: t.single(pair).present, text: text{term: term(fmt.Sprintf("spelling-%d", i))}}
		t.declare(v.text.term, "String", v.text.in(foldedText(name)))
		slots = append(slots, v)
		others = append(others, foldedText(name))
	}
	for i := range t.asked(contextKeys) {
		v := t.slot(fmt.Sprintf("name-%d", i), "")
		for _, other := range others {
			t.about(v.text.term, not(v.text.in(other)))
		}
		slots = append(slots, v)
	}
	return slots
}
