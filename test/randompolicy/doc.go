// Package randompolicy makes random key policies, and random requests near them,
// for tests of what answers questions about all requests.
//
// It knows nothing of how such questions are answered: requests are made of the
// policy's values and of what lies beside them, and whether one is allowed is left
// to package evaluation. A generator that drew requests from the answers would share
// their blind spots.
//
//	g := randompolicy.New(seed, number)
//	policy := g.Policy()
//	request, dropped := g.Request(policy)
//
// Everything follows from the seed and the number. All policies are of the key
// [Key]. Requests are such as AWS could send: what a kind of principal never has is
// not in them, and values have the form that AWS documents. How many values were
// dropped for that is told with the request.
package randompolicy
