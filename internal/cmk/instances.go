package cmk

import (
	"slices"

	"github.com/neurocipher-io/kmstier/internal/cmk/alternatives"
)

// instances are those of a resource or of a dynamic block.
type instances struct {
	// several is false for what has neither count nor for_each.
	several bool
	// known is false where only Terraform can tell how many there are; each is then
	// one that stands for all.
	known bool
	// isCount is true for a count.
	isCount bool
	each    []instance
	// text is how the number is written.
	text string
	// byKey are the places in each of those whose key is known.
	byKey map[any]int
}

// indexed notes the keys of instances.
func (i instances) indexed() instances {
	i.byKey = make(map[any]int, len(i.each))
	for at, each := range i.each {
		if plain, known := each.key.Plain(); known {
			if _, isNumberOrText := plain.([]any); !isNumberOrText {
				if _, isObject := plain.(object); !isObject {
					i.byKey[plain] = at
				}
			}
		}
	}
	return i
}

// position is that of the instance that a step names.
func (i instances) position(step alternatives.Step) (at int, found bool) {
	if step.IsUnknown {
		return 0, false
	}
	at, found = i.byKey[step.Key()]
	return at, found
}

// find is the instance that a step names.
func (i instances) find(step alternatives.Step) (instance, bool) {
	at, found := i.position(step)
	if !found {
		return instance{}, false
	}
	return i.each[at], true
}

// at is the instance that a step names, or one that stands for all.
func (i instances) at(step alternatives.Step) instance {
	if found, ok := i.find(step); ok {
		return found
	}
	return i.any()
}

// any is one instance that stands for all.
func (i instances) any() instance {
	all := instance{group: i.text}
	for _, each := range i.each {
		all.key = append(all.key, each.key...)
		all.value = append(all.value, each.value...)
	}
	return all
}

// maxInstances bounds how many instances are looked at one by one.
const maxInstances = 100

// instancesOf are the instances of a resource.
func (x *examination) instancesOf(r *resource) instances {
	if r.stack.isResolved && len(r.stack.resources[r.localAddress()]) > 0 {
		r = r.stack.resources[r.localAddress()][0] // the others share what is found
	}
	if found, done := x.instances[r]; done {
		return found
	}
	// What refers to itself on the way is not known.
	x.instances[r] = instances{several: r.values["for_each"] != nil || r.values["count"] != nil}
	found := x.findInstances(r).indexed()
	x.instances[r] = found
	return found
}

func (x *examination) findInstances(r *resource) instances {
	if r.stack.isResolved {
		all := r.stack.resources[r.localAddress()]
		found := instances{known: true, text: r.localAddress()}
		for _, each := range all {
			_, isNumber := each.key.(float64)
			found.isCount = found.isCount || isNumber
			found.several = found.several || each.key != nil
			value := alternatives.Values(nil)
			if each.key != nil {
				value = alternatives.Values{alternatives.Of(each.key)}
			}
			found.each = append(found.each, instance{key: value, group: found.text})
		}
		return found
	}
	if value, has := r.values["for_each"]; has && value != nil {
		return forEach(x.scopeOf(r.stack), value)
	}
	value, has := r.values["count"]
	if !has || value == nil {
		return instances{known: true, each: []instance{{}}}
	}
	found := instances{several: true, isCount: true, text: text(value)}
	plain, known := x.scopeOf(r.stack).values(value).Plain()
	number, isNumber := plain.(float64)
	if name, isText := plain.(string); isText {
		number, isNumber = numberIn(name)
	}
	if !known || !isNumber {
		found.each = []instance{{group: found.text, key: unknownValue("${count.index}")}}
		return found
	}
	if number > maxInstances {
		// One stands for all of them.
		found.each = []instance{{group: found.text, key: unknownValue("${count.index}")}}
		return found
	}
	found.known = true
	for i := range int(number) {
		found.each = append(found.each, instance{group: found.text, key: alternatives.Values{alternatives.Of(float64(i))}})
	}
	return found
}

// forEach are the instances that the value of a for_each makes: of a resource or
// of a dynamic block.
func forEach(s *scope, value any) instances {
	found := instances{several: true, text: text(value)}
	possible := s.values(value)
	found.known = len(possible) == 1
	rest := func(values alternatives.Values) {
		found.known = false
		found.each = append(found.each, instance{group: found.text, key: unknownValue("${each.key}"), value: values})
	}
	for _, one := range possible {
		if one.Kind == alternatives.Refer {
			if elements, several := s.Elements(one.Reference); several {
				one = elements
			}
		}
		switch one.Kind {
		case alternatives.Null:
		case alternatives.List:
			for _, item := range one.Items {
				found.each = append(found.each, instance{group: found.text, key: item, value: item})
			}
			if one.Rest != nil {
				rest(one.Rest)
			}
		case alternatives.Object:
			for _, name := range sortedNames(one.Fields) {
				found.each = append(found.each, instance{group: found.text, key: alternatives.Values{alternatives.Of(name)}, value: one.Fields[name]})
			}
			if one.Rest != nil {
				rest(one.Rest)
			}
		default:
			rest(unknownValue(text(value)))
		}
	}
	if len(found.each) > maxInstances {
		found.each = []instance{found.any()}
	}
	return found
}

// mayBeNone tells whether there may be no instance.
func (i instances) mayBeNone() bool { return !i.known || len(i.each) == 0 }

func sortedNames(fields map[string]alternatives.Values) []string {
	names := make([]string, 0, len(fields))
	for name := range fields {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
