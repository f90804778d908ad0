package statements

import (
	"slices"

	"github.com/neurocipher-io/kmstier/internal/config/limits"
)

// keyUse is a set of keys that a service may use.
type keyUse int

const (
	// dataKeys keep what an environment stores.
	dataKeys keyUse = 1 << iota
	// logsKeys keep its logs, which nobody but AWS services writes without S3.
	logsKeys
)

// ResourceNames is how a configuration names the resources of a service.
type ResourceNames struct {
	// Of are the resources in words, such as "queues".
	Of string
	// Parameter is what a function calls the names, such as "queueNames".
	Parameter string
	// Limit is what each may be, wildcards included.
	Limit limits.Text
}

// Offer is what a configuration must know of a service to let keys serve it.
type Offer struct {
	// Name is the service's in its row, such as "Sqs"; Title what people call it.
	Name, Title string
	// Data and Logs say which keys can serve it.
	Data, Logs bool
	// SingleRegion says that the service takes no multi-Region key.
	SingleRegion bool
	// Through: roles use the key through it, with their own credentials.
	Through bool
	// Names is how its resources are named; nil where it takes no names.
	Names *ResourceNames
}

// Offers are the services that a configuration may name, in the order of their names.
func Offers() []Offer {
	var offers []Offer
	for _, s := range services {
		if s.keys != 0 {
			offers = append(offers, Offer{Name: s.name, Title: s.title, Data: s.keys&dataKeys != 0, Logs: s.keys&logsKeys != 0, SingleRegion: s.singleRegion, Through: len(s.roleActions) > 0 && s.linkedRole == "", Names: s.takes})
		}
	}
	return offers
}

// FindOffer is the offer of that name.
func FindOffer(name string) (Offer, bool) {
	offers := Offers()
	i := slices.IndexFunc(offers, func(o Offer) bool { return o.Name == name })
	if i < 0 {
		return Offer{}, false
	}
	return offers[i], true
}

// OfferNames are the names of all.
func OfferNames() []string {
	var names []string
	for _, offer := range Offers() {
		names = append(names, offer.Name)
	}
	return names
}
