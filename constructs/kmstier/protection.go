package kmstier

import (
	"fmt"

	"github.com/neurocipher-io/kmstier/internal/config/limits"
)

func (p *parser) protection(given *KmsTierConfig) {
	s := &p.settings
	orDefault := func(days int, limit limits.Days) int {
		if days == 0 {
			return limit.Default
		}
		return days
	}
	inProduction := given.Environment == production
	s.rotate = given.EnableKeyRotation == nil || *given.EnableKeyRotation
	s.rotationPeriodDays = orDefault(given.RotationPeriodDays, limits.RotationPeriod)
	s.deletionWindowDays = orDefault(given.DeletionWindowDays, limits.DeletionWindow)
	s.preventDestroy = inProduction
	if given.PreventDestroy != nil {
		s.preventDestroy = *given.PreventDestroy
	}
	s.ebsEncryptionByDefault = given.EbsEncryptionByDefault

	p.Days("RotationPeriodDays", s.rotationPeriodDays, limits.RotationPeriod)
	p.Days("DeletionWindowDays", s.deletionWindowDays, limits.DeletionWindow)
	if inProduction && limits.DeletionWindow.Allows(s.deletionWindowDays) && s.deletionWindowDays < DefaultDeletionWindowDays {
		p.ReportValue("DeletionWindowDays", s.deletionWindowDays, "must be 30 in prod")
	}
	if inProduction && !s.rotate {
		p.ReportValue("EnableKeyRotation", false, "must be true in prod")
	}
}

func (s settings) protectionWarnings() []string {
	var warnings []string
	if !s.rotate {
		warnings = append(warnings, "EnableKeyRotation is false: the key material is never rotated; prod would refuse this")
	}
	if s.deletionWindowDays < DefaultDeletionWindowDays {
		warnings = append(warnings, fmt.Sprintf("DeletionWindowDays is %d: a deleted key can be recovered for that long only; prod would refuse less than 30", s.deletionWindowDays))
	}
	if s.accountAccess == AdministerOnly && s.rolesThat(administer).Empty() && (s.security.id.IsGiven() || s.logsBucketArn != "") {
		warnings = append(warnings, "AccountAccess is AdministerOnly and AdministratorRoleArns is empty: nobody may create the grants that the tier declares, so terraform apply will fail")
	}
	return warnings
}
