package site

import "github.com/hashicorp/terraform-cdk-go/cdktf"

// Reservations are the names that constructs of a stack have taken, of which there can
// be one each: a stack is one account and Region.
type Reservations map[string]bool

// reservations are kept here and not in a construct of the stack, since finding that
// construct would take two calls of jsii. A stack is the same value in Go wherever it comes from, and
// jsii keeps it as long as the process runs. Like all of jsii they are for one
// goroutine at a time.
var reservations = map[cdktf.TerraformStack]Reservations{}

// ReservationsOf are the reservations of a stack.
func ReservationsOf(stack cdktf.TerraformStack) Reservations {
	if reservations[stack] == nil {
		reservations[stack] = Reservations{}
	}
	return reservations[stack]
}

// Take marks names as taken.
func (r Reservations) Take(names ...string) {
	for _, name := range names {
		r[name] = true
	}
}
