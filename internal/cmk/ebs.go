package cmk

// ebsEncryptedByDefault tells whether the app turns on the encryption of all new
// volumes where a resource is.
func (x *examination) ebsEncryptedByDefault(s *scope, r *resource) answer {
	on := setting{name: "enabled", values: []string{"true", ""}}
	return x.besides(s, r, "aws_ebs_encryption_by_default", func(s *scope, setting *resource) answer {
		holds, _ := on.is(s, setting.values)
		return holds
	})
}

// ebsDefaultKey tells whether the app gives volumes without a key a customer
// managed one.
func (x *examination) ebsDefaultKey(s *scope, r *resource) answer {
	return x.besides(s, r, "aws_ebs_default_kms_key", func(s *scope, setting *resource) answer {
		return isCustomers(x.judge(s, setting.values["key_arn"]))
	})
}

// isCustomers tells whether all of the values are usable keys of customers.
func isCustomers(values []judged) answer {
	good, other := 0, 0
	for _, value := range values {
		switch {
		case value.holder == customer && value.useless == "":
			good++
		case value.holder == unknown:
			return maybe
		default:
			other++
		}
	}
	switch {
	case other == 0:
		return yes
	case good > 0:
		return maybe
	}
	return no
}

// besides tells whether there is a setting of the account in the Region of a
// resource, through whichever provider. Another stack may be of another account;
// the modules of a plan are of those of its providers.
func (x *examination) besides(s *scope, r *resource, kind string, counts func(*scope, *resource) answer) answer {
	var certain []answer
	possible := false
	for _, setting := range x.ofKind[kind] {
		stack := setting.stack
		if stack != r.stack && stack != r.stack.around && (stack.Name != r.stack.Name || !stack.isResolved) {
			continue
		}
		all := x.instancesOf(setting)
		// One that there is as often as the resource is there with it.
		isThere := all.known || all.text == s.instance.group
		for _, each := range x.scopesOf(setting) {
			where := x.sameAccountAndRegion(s, r, each, setting)
			if where == no {
				continue
			}
			found := counts(each, setting)
			if where == yes && isThere {
				certain = append(certain, found)
			} else if found != no {
				possible = true
			}
		}
	}
	if best := alike(certain); best != no || !possible {
		return best
	}
	return maybe
}
