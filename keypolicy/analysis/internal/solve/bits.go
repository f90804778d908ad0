package solve

import "math/bits"

// Bits is a set of a variable's values, by number.
type Bits []uint64

// NewBits is a set for values from 0 to size-1, with those given.
func NewBits(size int, values ...int) Bits {
	b := make(Bits, (size+63)/64)
	for _, value := range values {
		b.Add(value)
	}
	return b
}

// AllBits has all values from 0 to size-1.
func AllBits(size int) Bits {
	b := NewBits(size)
	for value := range size {
		b.Add(value)
	}
	return b
}

// Add adds a value.
func (b Bits) Add(value int) { b[value/64] |= 1 << (value % 64) }

// AddAll adds the values of another set.
func (b Bits) AddAll(other Bits) {
	for i := range other {
		b[i] |= other[i]
	}
}

// Has reports whether a value is in the set.
func (b Bits) Has(value int) bool { return b[value/64]&(1<<(value%64)) != 0 }

// Without is the set less another one.
func (b Bits) Without(other Bits) Bits {
	rest := make(Bits, len(b))
	for i := range b {
		rest[i] = b[i] &^ other[i]
	}
	return rest
}

// And is what both sets have.
func (b Bits) And(other Bits) Bits {
	both := make(Bits, len(b))
	for i := range b {
		both[i] = b[i] & other[i]
	}
	return both
}

// First is the least value of the set, or -1.
func (b Bits) First() int {
	for i, word := range b {
		if word != 0 {
			return i*64 + bits.TrailingZeros64(word)
		}
	}
	return -1
}

// Count is how many values the set has.
func (b Bits) Count() (count int) {
	for _, word := range b {
		count += bits.OnesCount64(word)
	}
	return count
}

func (b Bits) meets(other Bits) bool {
	for i := range b {
		if b[i]&other[i] != 0 {
			return true
		}
	}
	return false
}

func (b Bits) within(other Bits) bool {
	for i := range b {
		if b[i]&^other[i] != 0 {
			return false
		}
	}
	return true
}
