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
	"These acts count as told, not as witnessed, because of what the numbers say about who was there. Numbers err: a club that keeps to itself looks like this, too. You know the people; nobody but you and the doer sees this.": "Diese Taten zählen als erzählt, nicht als bezeugt, wegen der Zahlen zu denen, die dabei waren. Zahlen irren sich: Auch ein Verein, der unter sich bleibt, sieht so aus. Ihr kennt die Menschen; außer euch und denen, die es getan haben, sieht das niemand.",
	"So the act counts as told, until somebody else was there, too, or an organiser confirms it or says that it is fine. Only the doer and organisers see this.":                                                                  "Darum zählt die Tat als erzählt, bis noch jemand dabei war oder jemand aus der Organisation sie bestätigt oder sagt, dass es in Ordnung ist. Das sehen nur, wer es getan hat, und die Organisation.",
}
