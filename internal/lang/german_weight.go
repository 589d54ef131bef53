package lang

// germanWeight: witnesses whose word looks unusual.
var germanWeight = map[string]string{
	"%d new accounts did nothing here but witness for this person, and %d of %d times from the same network.":      "%d neue Konten haben hier nichts getan, als für diesen Menschen Zeugnis zu geben, und das %d von %d Mal aus demselben Netz.",
	"This witness is new, did nothing here but witness for this person, and %d of %d times from the same network.": "Wer das bezeugt, ist neu, hat hier nichts getan, als für diesen Menschen Zeugnis zu geben, und das %d von %d Mal aus demselben Netz.",
	"%d accounts, all new, told %d acts from one network within a few hours and witnessed them among themselves.":  "%d Konten, alle neu, haben binnen weniger Stunden aus einem Netz von %d Taten erzählt und sie untereinander bezeugt.",
	"%d people witness nearly only each other: %d of %d times. They tell far more than is usual here.":             "%d Menschen bezeugen fast nur einander: %d von %d Mal. Sie erzählen von weit mehr, als hier üblich ist.",
	"This is about yourself: somebody else who organises the movement decides.":                                    "Hier geht es um dich selbst: Darüber entscheidet jemand anderes, der die Bewegung organisiert.",
	"Unusual":                            "Auffällig",
	"What looks unusual":                 "Was auffällt",
	"Nothing looks unusual":              "Nichts fällt auf",
	"It is fine":                         "Das ist in Ordnung",
	"All acts of %s are fine":            "Alle Taten von %s sind in Ordnung",
	"Thank you. It counts as witnessed.": "Danke. Es zählt als bezeugt.",
	"Thank you. Whoever was there with this person counts, now and from now on.":                          "Danke. Wer bei diesem Menschen dabei war, zählt, jetzt und in Zukunft.",
	"When witnesses look as if they were there to make up numbers, their acts show here with the reason.": "Wenn es so aussieht, als wären Zeugen nur für die Zahlen da, stehen ihre Taten hier, mit dem Grund.",
	"By the numbers, who was there looks unusual, so their word lifts no proof: where nobody else was there, too, the act counts as told. Numbers err: a busy club that keeps to itself looks like this, too. You know the people; nobody but the organisers and the doer sees this.": "Nach den Zahlen fällt auf, wer dabei war. Darum belegt dieses Wort nichts: Wo sonst niemand dabei war, zählt die Tat als erzählt. Zahlen irren sich: Auch ein fleißiger Verein, der unter sich bleibt, sieht so aus. Ihr kennt die Menschen; außer der Organisation und denen, die es getan haben, sieht das niemand.",
	"So the act counts as told, until somebody else was there, too, or an organiser confirms it or says that it is fine.":                                                                                                                                                             "Darum zählt die Tat als erzählt, bis noch jemand dabei war oder jemand aus der Organisation sie bestätigt oder sagt, dass es in Ordnung ist.",
	"Numbers err. Only the doer and organisers see this.":      "Zahlen irren sich. Das sehen nur, wer es getan hat, und die Organisation.",
	"What you did counts as told for now, not as witnessed.":   "Was du getan hast, zählt vorerst als erzählt, nicht als bezeugt.",
	"%d of your acts count as told for now, not as witnessed.": "%d deiner Taten zählen vorerst als erzählt, nicht als bezeugt.",
	"Numbers err, and nobody but you and the organisers hears of this. Somebody else who was there can say so, or ask an organiser to confirm it.": "Zahlen irren sich, und außer dir und der Organisation erfährt das niemand. Wer sonst dabei war, kann es bezeugen; oder bitte jemanden aus der Organisation, es zu bestätigen.",
	"counts what you did as told for now: see why, and what you can do":                                                                            "zählt vorerst als erzählt, was du getan hast: sieh nach, warum, und was du tun kannst",
}
