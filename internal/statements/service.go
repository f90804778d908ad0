package statements

import (
	"fmt"
	"slices"

	"github.com/neurocipher-io/kmstier/keypolicy"
)

// service is what AWS documents about a service that uses keys: a row of
// [services]. It has up to three ways to a key: with the credentials of its caller
// (via), by itself (principals), and by a grant that it makes for a resource
// (grants).
type service struct {
	// name ends the Sids of the statements about the service. Configurations call it
	// by it, too.
	name string
	// title is what people call it, such as "SQS".
	title string
	// page is the AWS document that the row is from.
	page string
	// unchecked is what of the row no document of AWS was found for, in sentences.
	// Empty: all of it was.
	unchecked string
	// stops says which mistake the conditions stop, and what else a reader must know.
	stops string
	// keys are those that a configuration may let it use.
	keys keyUse
	// singleRegion: the service takes no multi-Region key.
	singleRegion bool
	// takes is what names its resources in a configuration; nil where it takes none.
	takes *ResourceNames

	// via begins the service's name in kms:ViaService, such as "s3". Empty: it never
	// calls KMS with the credentials of its caller.
	via string
	// roleActions are what those need who use the service's resources. Empty: they
	// need nothing of the key, once the resource is there.
	roleActions []string
	// grants: the service makes a grant when somebody uses or creates a resource.
	grants bool
	// deploys: whoever creates the service's resources needs the key.
	deploys bool
	// deployActions are what they need beyond what all deployers have.
	deployActions []string

	// principals are the names under which the service calls KMS by itself.
	principals func(Location) []string
	// actions are what the service does by itself.
	actions []string
	// describes: the service calls DescribeKey by itself, too.
	describes bool
	// grantOperations are those of the grants that the service makes by itself, for a
	// resource with the context. Empty: it makes none.
	grantOperations []string
	// source are the conditions on what the service calls for, where it says so.
	source func(location Location, resources []string) []keypolicy.Condition
	// linkedRole is the path and name of the service-linked role by which the service
	// does what roleActions are, and makes grants. Empty: it has none.
	linkedRole string

	// stores are the types of resources of Terraform that the service encrypts with the
	// key that they name.
	stores []Stored
	// writers: other AWS services write to its resources under their own names, with
	// these further names in the contexts.
	writers *otherWriters
	// must are those of actions without which the service fails, where it does without
	// some.
	must []string
	// also are names in the contexts that it makes, beside those of context; "*" where
	// they are not known.
	also []string
	// clientPairs: its clients may add pairs to the context.
	clientPairs bool
	// one is the ARN of a resource where resource is nil, since all of the account are
	// meant, and the service says which it is all the same.
	one func(location Location, name string) string

	// resource is how the service names a resource in an encryption context; nil
	// where resources have generated ids, or all of the account are meant.
	resource func(location Location, name string) string
	// context are the pairs of the encryption context that the service makes.
	context []contextPair
	// directContextKeys are names in the contexts of calls that the service makes by a
	// grant and as a role, without kms:ViaService. Such calls have at least one of them,
	// and no other caller needs it.
	directContextKeys []string
}

// contextPair is a pair of an encryption context with its format.
type contextPair struct {
	name, operator string
	// values are what the pair may say for the resources.
	values func(location Location, resources []string) []string
}

// Served is an AWS service that a key serves.
type Served struct {
	service *service
	names   []string
}

// Serve is the service of that name, such as "S3", with the names of the resources
// that the key may protect: buckets, tables, secrets, log groups. The names may
// hold "*" and "?". A service whose resources have names, and for which there are
// none, gets no statement for their use. A name that is in no row is a mistake of
// the program, which panics.
func Serve(name string, resources ...string) Served {
	i := slices.IndexFunc(services, func(s service) bool { return s.name == name })
	if i < 0 {
		panic(fmt.Sprintf("statements: no AWS service %q", name))
	}
	return Served{service: &services[i], names: slices.Clone(resources)}
}

// resources are the names as the service writes them.
func (s Served) resources(location Location) []string {
	resources := make([]string, 0, len(s.names))
	for _, name := range s.names {
		resources = append(resources, s.service.resource(location, name))
	}
	return resources
}

// nothing reports whether there is no resource that the key may protect.
func (s Served) nothing() bool { return s.service.resource != nil && len(s.names) == 0 }

// Name is the service's name in its row.
func (s Served) Name() string { return s.service.name }

// Names are the names of the resources, as [Serve] was given them.
func (s Served) Names() []string { return slices.Clone(s.names) }

// contextOf are the conditions on the encryption context that the service makes for
// the resources.
func (s *service) contextOf(location Location, resources []string) []keypolicy.Condition {
	conditions := make([]keypolicy.Condition, 0, len(s.context))
	for _, pair := range s.context {
		conditions = append(conditions, when(pair.operator, encryptionContextKey(pair.name), pair.values(location, resources)...))
	}
	return conditions
}

// through are the conditions of requests through the services that have what is asked,
// or nil where none has.
func through(location Location, served []Served, has func(*service) bool) []keypolicy.Condition {
	var names []string
	for _, s := range served {
		if has(s.service) {
			names = append(names, s.service.via)
		}
	}
	// Rendering sorts no values with tokens in them, and the order of the services
	// shall not change a policy.
	slices.Sort(names)
	// Two rows may be called through one service.
	names = slices.Compact(names)
	if len(names) == 0 {
		return nil
	}
	return location.through(names...)
}
