package measure

import (
	"math"
	"math/rand/v2"
)

// poisson draws from one Poisson distribution, its constants worked out once.
type poisson struct {
	mean, none                  float64 // none is the probability of nought, for small means
	a, b, reject, lnMean, alpha float64
}

// smallMean is where counting up from nought stops being the quicker way.
const smallMean = 10

func newPoisson(mean float64) poisson {
	p := poisson{mean: mean}
	if mean < smallMean {
		p.none = math.Exp(-mean)
		return p
	}
	p.b = 0.931 + 2.53*math.Sqrt(mean)
	p.a = -0.059 + 0.02483*p.b
	p.alpha = 1.1239 + 1.1328/(p.b-3.4)
	p.reject = 0.9277 - 3.6224/(p.b-2)
	p.lnMean = math.Log(mean)
	return p
}

// draw inverts the distribution by counting up for small means, and takes the transformed rejection
// PTRS of Hörmann (1993), "The transformed rejection method for generating Poisson random variables",
// for larger ones, at a cost that does not grow with the mean.
func (p *poisson) draw(rng *rand.Rand) float64 {
	if p.mean < smallMean {
		u, probability, k := rng.Float64(), p.none, 0.0
		for u > probability && probability > 0 {
			u -= probability
			k++
			probability *= p.mean / k
		}
		return k
	}
	for {
		u, v := rng.Float64()-0.5, rng.Float64()
		us := 0.5 - math.Abs(u)
		k := math.Floor((2*p.a/us+p.b)*u + p.mean + 0.43)
		if us >= 0.07 && v <= p.reject {
			return k
		}
		if k < 0 || (us < 0.013 && v > us) {
			continue
		}
		gamma, _ := math.Lgamma(k + 1)
		if math.Log(v*p.alpha/(p.a/(us*us)+p.b)) <= k*p.lnMean-p.mean-gamma {
			return k
		}
	}
}
