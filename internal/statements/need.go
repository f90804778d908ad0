package statements

import (
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/keypolicy"
)

// Stored is an attribute of a type of resources in Terraform that takes the key for
// what a service stores.
type Stored struct {
	// Type and Attribute are as the provider calls them, blocks with dots.
	Type, Attribute string
	// Name is the attribute that names the resource to the service; empty where the
	// service's requests do not tell its resources apart by names.
	Name string
}

// otherWriters are AWS services that write to the resources of another.
type otherWriters struct {
	// with are names that they may have in their contexts, beside those of the
	// service that stores.
	with []string
	// read tells that they may read there, too.
	read bool
	// suffice tells that a resource is of use when they alone write to it.
	suffice bool
}

// Storing is a service as it stores what one attribute takes a key for.
type Storing struct {
	service *service
	stored  Stored
}

// Stores are all attributes of which it is known which service uses the key.
func Stores() []Storing {
	var all []Storing
	for i := range services {
		for _, stored := range services[i].stores {
			all = append(all, Storing{&services[i], stored})
		}
	}
	return all
}

// Name is the service's name in its row, Title what people call it.
func (s Storing) Name() string  { return s.service.name }
func (s Storing) Title() string { return s.service.title }

// Stored is the attribute.
func (s Storing) Stored() Stored { return s.stored }

// TakesNames tells whether a configuration names the service's resources.
func (s Storing) TakesNames() bool { return s.service.takes != nil }

// NamingKeys are the condition keys that hold what names a resource.
func (s Storing) NamingKeys() []string {
	keys := []string{keySourceArn}
	for _, pair := range s.service.context {
		keys = append(keys, encryptionContextKey(pair.name))
	}
	return keys
}

// Resource is a resource of the name as the service names it, empty where it names
// none.
func (s Storing) Resource(location Location, name string) string {
	switch row := s.service; {
	case row.resource != nil:
		return generated(row.resource(location, name))
	case row.one != nil:
		return row.one(location, name)
	}
	return ""
}

// Caller says who makes the requests of a [Need].
type Caller int

const (
	// Users are roles and users, with whose credentials the service calls KMS.
	Users Caller = iota
	// Creators are they, too, but those who create the resource.
	Creators
	// Itself is the service under its own name.
	Itself
)

// Need is what somebody must be allowed for a service to store something under a key.
type Need struct {
	Caller Caller
	// Services are the names of the service where it calls KMS itself.
	Services []string
	// AnyOf are actions of which one must be allowed, by requests that meet When.
	AnyOf []string
	When  []keypolicy.Condition
	// Actions are AnyOf as a policy lists them.
	Actions []string
	// Loose are the conditions where clients add to the context what they like; nil where
	// they cannot.
	Loose []keypolicy.Condition
	// IsVital is false for what is not needed where something is only read.
	IsVital bool
	// Written are the conditions of requests by which other services write to the
	// resource; nil where none do. WritersSuffice tells that these are enough.
	Written        []keypolicy.Condition
	WritersSuffice bool
	// Via is the name in kms:ViaService; empty where the service calls KMS itself.
	Via string
}

// Needs are what the service needs of a key at the location for a resource of the
// name. Parts of both may be "*" where they are not known, or tokens.
func (s Storing) Needs(location Location, name string) []Need {
	row := s.service
	var resources []string
	if resource := s.Resource(location, name); resource != "" {
		resources = []string{resource}
	}
	var needs []Need
	add := func(need Need) {
		need.AnyOf = aws.StatementActions(need.Actions, nil).Names()
		for _, conditions := range [][]keypolicy.Condition{need.When, need.Loose} {
			for i, c := range conditions {
				conditions[i] = asPattern(c)
			}
		}
		needs = append(needs, need)
	}
	context := row.boundContext(location, resources)
	if len(row.roleActions) > 0 {
		via := Need{Via: row.via, When: append(viaService(location, row.via), context...)}
		read := via
		read.Actions, read.IsVital = []string{"kms:Decrypt"}, true
		write := via
		write.When, write.Actions = keypolicy.CloneConditions(via.When), encrypting(row.roleActions)
		if w := row.writers; w != nil {
			write.Written, write.WritersSuffice = row.writtenBy(location, resources), true
			if w.read {
				read.Written, read.WritersSuffice = write.Written, w.suffice
			}
		}
		if row.clientPairs {
			read.Loose = append(viaService(location, row.via), row.contextOf(location, resources)...)
			write.Loose = read.Loose
		}
		add(read)
		add(write)
	}
	if row.grants || row.deploys && len(row.roleActions) == 0 && row.principals == nil {
		add(Need{Caller: Creators, Via: row.via, Actions: []string{"kms:CreateGrant"}, IsVital: true,
			When: append(viaService(location, row.via), when("Bool", keyGrantIsForAwsResource, "true"))})
	}
	if row.principals == nil {
		return needs
	}
	var source []keypolicy.Condition
	if row.source != nil {
		source = row.source(location, resources)
	}
	itself := Need{Caller: Itself, Services: row.principals(location), IsVital: true}
	if row.describes {
		need := itself
		need.Actions, need.When = []string{"kms:DescribeKey"}, keypolicy.CloneConditions(source)
		add(need)
	}
	for _, group := range row.vitalActions() {
		need := itself
		need.Actions, need.When = group, append(keypolicy.CloneConditions(source), keypolicy.CloneConditions(context)...)
		add(need)
	}
	if len(row.grantOperations) > 0 {
		need := itself
		need.Actions, need.When = []string{"kms:CreateGrant"}, append(keypolicy.CloneConditions(source), row.contextOf(location, resources)...)
		add(need)
	}
	return needs
}

// generated is a resource's name with an example of the characters that AWS adds.
func generated(resource string) string {
	if name, is := strings.CutSuffix(resource, "-??????"); is {
		return name + "-AbCdEf"
	}
	return resource
}

// viaService is the condition of requests through a service. It says nothing about
// the caller's account, which may be another.
func viaService(location Location, via string) []keypolicy.Condition {
	return []keypolicy.Condition{when("StringEquals", keyViaService, location.regionalService(via))}
}

// boundContext are the conditions of requests in which the encryption context is what
// the service makes, and nothing else.
func (s *service) boundContext(location Location, resources []string) []keypolicy.Condition {
	if len(s.context) == 0 || slices.Contains(s.also, "*") {
		return s.contextOf(location, resources)
	}
	return append(s.contextOf(location, resources), when("ForAllValues:StringEquals", keyEncryptionContextKeys, s.contextNames()...))
}

func (s *service) contextNames() []string {
	var names []string
	for _, pair := range s.context {
		names = append(names, pair.name)
	}
	return append(names, s.also...)
}

// writtenBy are the conditions of requests by which other services write to a
// resource: its context, if they send it.
func (s *service) writtenBy(location Location, resources []string) []keypolicy.Condition {
	conditions := []keypolicy.Condition{when("ForAllValues:StringEquals", keyEncryptionContextKeys, append(s.contextNames(), s.writers.with...)...)}
	for _, c := range s.contextOf(location, resources) {
		c.Operator += "IfExists"
		conditions = append(conditions, asPattern(c))
	}
	return conditions
}

// encrypting are the actions that encrypt something new.
func encrypting(actions []string) []string {
	return slices.DeleteFunc(slices.Clone(actions), func(action string) bool {
		return action != "kms:Encrypt" && !strings.HasPrefix(action, "kms:GenerateDataKey")
	})
}

// vitalActions are what the service itself cannot do without, as lists of which one
// action is enough: of data keys any will do, and who has these and Decrypt needs
// neither Encrypt nor ReEncrypt.
func (s *service) vitalActions() [][]string {
	actions := s.must
	if actions == nil {
		actions = s.actions
	}
	var groups [][]string
	for _, action := range actions {
		if action == "kms:Encrypt" || strings.HasPrefix(action, "kms:ReEncrypt") {
			continue
		}
		groups = append(groups, []string{action})
	}
	return groups
}

// asPattern compares as a pattern what has a wildcard in the place of something that
// is not known.
func asPattern(c keypolicy.Condition) keypolicy.Condition {
	if strings.HasPrefix(c.Operator, "StringEquals") && slices.ContainsFunc(c.Values, func(v string) bool { return strings.Contains(v, "*") }) {
		c.Operator = "StringLike" + strings.TrimPrefix(c.Operator, "StringEquals")
	}
	return c
}
