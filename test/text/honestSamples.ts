/** Honest text in many languages and notations, in which nothing may be marked. */
export const honestSamples: Readonly<Record<string, string>> = {
  Russian:
    'Пожалуйста, переведите 1 500 ₽ на р/с ООО «Рассвет» и т. д. Дом 12А, кв. 5а, брус 50х100, АВ1234. Со скидкой — 10 %: сор, ухо, сахар, хор. Откройте PDF‑файл, URLы и SMSки из Excel; подробнее на https://ru.wikipedia.org/wiki/Москва_(город) и сайт.рф/о-нас.\nОн сказал: «Ох, а это что?» — и ушёл.\nпапка/файл.txt, C:\\Документы\\отчёт_2026.docx, иван@почта.рф',
  Ukrainian:
    'Сьогодні її сім’я поїхала до Києва; і він, і вона раді. Ціна: 25 грн/кг. Дивіться https://uk.wikipedia.org/wiki/Київ.',
  Bulgarian: 'Той отиде сам, а тя — с него. Сметката е 12 лв. Къде е хорото?',
  Serbian: 'Ја сам из Београда. Ово је њихов сто, а оно је наш сат. Цена је 5 €.',
  Greek:
    'Καλημέρα! ΑΒΕ1234. Το ποσό είναι 1.250,50 € και ο λογαριασμός είναι του Νίκου. Ρωτήστε αυτό: ποιο αρχείο; Δείτε το https://el.wikipedia.org/wiki/Αθήνα και το νέο.txt.',
  Armenian: 'Բարև Ձեզ։ Ես ուզում եմ ուղարկել նամակը։ Սա իմ հասցեն է՝ Երևան, Աբովյան 5։',
  Arabic:
    'الرجاء تحويل ٢٥٠ ريالاً إلى الحساب رقم ١٠٥. انظر https://ar.wikipedia.org/wiki/مصر والملف report.pdf يوم 10/05/2026، الساعة 12:30.',
  Persian: 'می‌خواهم ۲۵۰ تومان به حساب او بفرستم؛ این نامه‌ها را ببین. ۱۴۰۴/۰۹/۰۷',
  Urdu: 'براہ کرم یہ خط بھیج دیں۔ قیمت ۵۰ روپے ہے۔',
  Hebrew:
    'נא להעביר 250 ש״ח לחשבון של דנה ב־10/05/2026 בשעה 12:30. ראו https://he.wikipedia.org/wiki/ירושלים ואת הקובץ report.pdf. זה סוף הסיפור.',
  Chinese:
    '请把250元转到账户。详情见：https://zh.wikipedia.org/wiki/北京。支持Windows和Linux；共二〇二六年第3〇号，一、二、三。文件/文档/报告.txt',
  Japanese:
    '　東京都の田中さんへ、ＡＢＣ株式会社の請求書（２５０円）を送ってください。ノート・Ｔシャツ、メモ〜です。https://ja.wikipedia.org/wiki/ノート を参照。二〇二六年',
  Korean: '서울의 김 선생님께 250원을 보내 주세요. https://ko.wikipedia.org/wiki/서울 참고. A4용지',
  Hindi: 'कृपया २५० रुपये भेजें। क्या यह सही है? ज़रूर, श्री शर्मा को १०० रुपये। क्‍या',
  Thai: 'กรุณาโอนเงิน ๒๕๐ บาท ไปที่บัญชี ๑๐๐ ขอบคุณค่ะ',
  Vietnamese: 'Vui lòng chuyển 250 nghìn đồng cho chị Hương ở phường Đống Đa, Hà Nội.',
  Turkish: 'Lütfen kapıyı açın: ışık yanıyor, Diyarbakır’a 250 lira ve IBAN’ı gönderin.',
  French:
    'L’équipe a payé 1 250,50 € : « c’est fini » ; vraiment ? L’œuvre est prête à 50 %. N° 12, 1er, 2ᵉ.',
  Spanish: '—No sé —dijo María—. ¿Cuánto cuesta la 1.ª edición, el n.º 5? Unos 250 €…',
  German:
    'Der Preis beträgt 1.250,50 € – das heißt „fair“. Straße, Größe, 2010–2012, Haus- und Gartenbau.',
  Polish: 'Zażółć gęślą jaźń, łódź kosztuje 250 zł. Źródło: https://pl.wikipedia.org/wiki/Łódź.',
  English:
    'It’s a “real‑time” client‑side/server‑side test — naïve, but it costs £250 (2010–2012), London–Paris. See the docs… 5 × 4 = 20, −5 °C, 9:00–17:00, e.g. U.S.–China.',
  Mathematics:
    'E = mc², F = −kx, y = −x + 3, ρ = m/V, ∂ρ/∂t + ∇·(ρv) = 0, σ² ≈ 4, α + β = γ, 2πr, Δx/Δt, x ∈ ℝⁿ, ‖x‖₂ ≤ ε, ∑ᵢ xᵢ², ∫₀^∞ e^{−x²} dx = √π⁄2, a∕b, 2∶1, km∕h, μm, kΩ, ρgh, A ∪ B, p ∨ q, 𝑥 + 𝑦 = 𝑧, 𝐹 = 𝑚𝑎, 𝑑𝑥, f(−x) = −f(x), ½, № 5, ℓ₂',
  Emoji: '👩‍👧 ❤️ 1️⃣ 👍🏽 ✅ ➕ ✖️ → ✓ • ™ © 😀',
};
